/** SFTP, version 3, which all clients speak. Source: draft-ietf-secsh-filexfer-02. */

export const requestTypes = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const

export const answerTypes = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
} as const

export const statusCodes = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const

export const openFlags = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 }

export const VERSION = 3
/** As OpenSSH's server: the largest packet that is taken. */
export const MOST_PACKET_BYTES = 256 << 10
