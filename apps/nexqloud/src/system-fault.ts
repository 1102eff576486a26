/** What the system says of a file, for people. */
type SystemFault = {
  readonly message: string
  /** What to do about it. */
  readonly hint: string
}

/** By the system's own code, or what was called and the code; {@link https://man7.org/linux/man-pages/man3/errno.3.html errno(3)}. */
const faults: Readonly<Record<string, { says: (path: string) => string; hint: string }>> = {
  ENOENT: {
    says: (path) => `There is no file or folder ${path}.`,
    hint: 'Check the name; the folder of a file that is to be written has to be there.',
  },
  'mkdir ENOENT': {
    says: (path) => `The system does not let a folder ${path} be made.`,
    hint: 'Name another folder, e.g. with --data.',
  },
  EISDIR: {
    says: (path) => `${path} is a folder, and a file is needed.`,
    hint: 'Name a file.',
  },
  ENOTDIR: {
    says: (path) => `${path} cannot be: a part of its name is a file, not a folder.`,
    hint: 'Name a folder, e.g. with --data.',
  },
  EEXIST: {
    says: (path) => `${path} is there already, and is no folder.`,
    hint: 'Name a folder, e.g. with --data.',
  },
  EACCES: {
    says: (path) => `The user that runs this may not use ${path}.`,
    hint: 'Run it as the user who owns that, or name another folder, e.g. with --data.',
  },
  EPERM: {
    says: (path) => `The system does not let anybody change ${path}.`,
    hint: 'Name another folder, e.g. with --data.',
  },
  EROFS: {
    says: (path) => `${path} lies on a disk that cannot be written.`,
    hint: 'Name a folder on another disk, e.g. with --data.',
  },
  ENOSPC: {
    says: () => 'The disk is full.',
    hint: 'Make room on the disk and repeat the command.',
  },
  ELOOP: {
    says: (path) => `${path} leads from link to link without an end.`,
    hint: 'Name the folder itself, e.g. with --data.',
  },
  ENAMETOOLONG: {
    says: (path) => `${path} is too long for a name.`,
    hint: 'Choose a shorter one.',
  },
}

/** Returns what is told of the system's failure with a file; nothing where it is another failure. */
export function systemFaultOf(error: Error): SystemFault | undefined {
  const { code = '', syscall = '', path = 'What was named' } = error as NodeJS.ErrnoException
  const name = [`${syscall} ${code}`, code].find((one) => Object.hasOwn(faults, one))
  const known = name === undefined ? undefined : faults[name]
  return known === undefined ? undefined : { message: known.says(path), hint: known.hint }
}
