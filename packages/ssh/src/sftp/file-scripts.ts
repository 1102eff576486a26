import { posix } from 'node:path'

import { quote } from '../shell/quote.ts'
import { STAT_FORMAT, type Attributes } from './attributes.ts'
import { openFlags } from './protocol.ts'

/** Scripts of a POSIX shell that do what SFTP asks for; programs are those that busybox has. A path is absolute, so it is no option. */

/** Says a file's attributes in {@link STAT_FORMAT}. */
export const statScript = (path: string, isFollowed: boolean): string =>
  `stat ${isFollowed ? '-L ' : ''}-c ${quote(STAT_FORMAT)} ${quote(path)}`

/** Each entry is `attributes ./name/` and a line’s end: no name has a slash, whatever else it has. */
export function listScript(path: string): string {
  const folder = quote(path)
  const list = `( cd ${folder} && find . -maxdepth 1 -exec stat -c ${quote(`${STAT_FORMAT} %n/`)} {} + )`
  // Shells say nothing of why they cannot go there.
  return `if [ ! -e ${folder} ]; then echo 'No such file'; false
elif [ ! -d ${folder} ]; then echo 'Not a directory'; false
elif [ ! -r ${folder} ] || [ ! -x ${folder} ]; then echo 'Permission denied'; false
else ${list}; fi`
}

/** Makes a folder. */
export const mkdirScript = (path: string, { mode }: Attributes): string =>
  mode === undefined
    ? `mkdir ${quote(path)}`
    : `mkdir ${quote(path)} && ${chmodByUmask(path, mode)}`

/** Removes a folder that is empty. */
export const rmdirScript = (path: string): string => `rmdir ${quote(path)}`
/** Removes what is no folder. */
export const removeScript = (path: string): string =>
  `if [ -d ${quote(path)} ] && [ ! -h ${quote(path)} ]; then echo 'Is a directory'; false; else rm ${quote(path)}; fi`
/** Says where a link leads. */
export const readlinkScript = (path: string): string => `readlink ${quote(path)}`
/** Makes a link where nothing is; where it leads need not be there. */
export const symlinkScript = (target: string, path: string): string =>
  `if ${exists(path)}; then echo 'File exists'; false; else ln -s -- ${quote(target)} ${quote(path)}; fi`
/** Gives a file another name, which nothing has. */
export const hardlinkScript = (from: string, to: string): string =>
  `if ${exists(to)}; then echo 'File exists'; false; else ln ${quote(from)} ${quote(to)}; fi`

/** Into a folder that has the new name nothing is moved. */
export function renameScript(from: string, to: string, mayReplace: boolean): string {
  const isTaken = mayReplace ? `[ -d ${quote(to)} ]` : exists(to)
  return `if ${isTaken}; then echo 'File exists'; false; else mv -f ${quote(from)} ${quote(to)}; fi`
}

/** Makes sure that a file can be opened so, and makes or empties it as asked. */
export function openScript(path: string, flags: number, { mode }: Attributes): string {
  const file = quote(path)
  const odd = `[ -e ${file} ] && [ ! -f ${file} ] && [ ! -c ${file} ]`
  const refuse = `if ${odd}; then echo 'Not a regular file'; false;`
  if (!(flags & openFlags.write)) return `${refuse} else ( : <${file} ); fi`
  if (!(flags & openFlags.create)) {
    const open = flags & openFlags.truncate ? `: >${file}` : `: >>${file}`
    return `${refuse} elif [ ! -e ${file} ]; then echo 'No such file'; false; else ( ${open} ); fi`
  }
  const make = flags & openFlags.exclusive ? `set -C; : >${file}` : `: >>${file}`
  const modes = mode === undefined ? '' : ` && ${chmodByUmask(path, mode)}`
  const again =
    flags & openFlags.exclusive ? make : flags & openFlags.truncate ? `: >${file}` : make
  return `${refuse} elif [ -e ${file} ]; then ( ${again} ); else ( ${make} )${modes}; fi`
}

/** Sets what was given. */
export function setScript(path: string, { size, owner, mode, times }: Attributes): string {
  const file = quote(path)
  return [
    ...(size === undefined ? [] : [`truncate -c -s ${size} ${file}`]),
    ...(owner === undefined ? [] : [`chown ${owner.uid}:${owner.gid} ${file}`]),
    ...(mode === undefined ? [] : [`chmod ${(mode & 0o7777).toString(8)} ${file}`]),
    ...(times === undefined ? [] : [`touch -c -d @${times.modified} ${file}`]),
    ':',
  ].join(' && ')
}

/** Says a file's bytes from an offset: who seeks is another program than who copies, with the same place in the file. */
export const readScript = (path: string, offset: number): string =>
  `{ ${offset === 0 ? '' : `dd bs=1 skip=${offset} count=0 2>/dev/null; `}cat; } <${quote(path)}`

/** Writes what it is told from an offset on; what is there is not cut off. */
export function writeScript(path: string, offset: number | 'end'): string {
  if (offset === 'end') return `cat >>${quote(path)}`
  const seek = offset === 0 ? '' : `dd bs=1 seek=${offset} count=0 conv=notrunc 2>/dev/null; `
  return `{ ${seek}cat; } 1<>${quote(path)}`
}

/** Returns a path from the root: relative ones begin at home. */
export function absolutePath(home: string, path: string): string {
  return posix.resolve('/', home, path)
}

const exists = (path: string): string => `[ -e ${quote(path)} ] || [ -h ${quote(path)} ]`

/** As `open` and `mkdir` of the system do. */
const chmodByUmask = (path: string, mode: number): string =>
  `chmod "$(printf %o $((0${(mode & 0o777).toString(8)} & ~$(umask))))" ${quote(path)}`
