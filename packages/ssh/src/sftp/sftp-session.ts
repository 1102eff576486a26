import { wireNumber, wireString } from '../wire.ts'
import { describeFile, parseAttributes } from './attributes.ts'
import {
  absolutePath,
  hardlinkScript,
  listScript,
  mkdirScript,
  openScript,
  readlinkScript,
  removeScript,
  renameScript,
  rmdirScript,
  setScript,
  statScript,
  symlinkScript,
} from './file-scripts.ts'
import { FileReader, FileWriter, notOpen, type RunScript } from './file-stream.ts'
import { assertListable, parseList, type Entry } from './folder-list.ts'
import { HeldTooMuchError, type HeldBytes } from './held-bytes.ts'
import { writeAttributes, writePacket, type PacketReader } from './packet.ts'
import { answerTypes, openFlags, requestTypes, statusCodes, VERSION } from './protocol.ts'
import { readComplaint, SftpError } from './sftp-error.ts'
import type { ShellTalk } from './shell-talk.ts'

/** What files are reached by. */
export type SftpSessionParts = {
  readonly talk: ShellTalk
  readonly run: RunScript
  readonly held: HeldBytes
  /** Where relative names begin. */
  readonly home: string
}

type OpenFile = {
  readonly path: string
  readonly reader: FileReader | undefined
  readonly writer: FileWriter | undefined
}
type OpenFolder = { readonly entries: Iterator<Entry, undefined>; readonly bytes: number }

const MOST_HANDLES = 64
/** What waits in the process of an open file, if nobody reads it further: a full stream, and a piece that is to go into it. */
const FILE_BYTES = 128 << 10
const MOST_READ_BYTES = 64 << 10
const ENTRIES_PER_ANSWER = 64
/** A text has two bytes for each character where not all are of the first 256. */
const TEXT_BYTES_PER_BYTE = 2

/** What is done for each request; what it throws is told as a status. */
type Handler = (packet: PacketReader, id: number) => Promise<Buffer>

/** Answers requests one after the other. */
export class SftpSession {
  readonly #parts: SftpSessionParts
  readonly #files = new Map<string, OpenFile>()
  readonly #folders = new Map<string, OpenFolder>()
  #opened = 0

  constructor(parts: SftpSessionParts) {
    this.#parts = parts
  }

  /**
   * Returns the answer to a request.
   *
   * @throws {@link HeldTooMuchError}
   */
  async answer(type: number, packet: PacketReader): Promise<Buffer> {
    if (type === requestTypes.init) return greeting()
    const id = packet.number()
    try {
      const handler = this.#handlers[type]
      if (handler === undefined) throw new SftpError('unsupported', 'That is not served.')
      return await handler(packet, id)
    } catch (failure) {
      if (failure instanceof HeldTooMuchError) throw failure
      const { status = statusCodes.failure, message } = failure as Partial<SftpError>
      return writeStatus(id, status, message ?? 'It failed.')
    }
  }

  close(): void {
    for (const { reader } of this.#files.values()) reader?.close()
  }

  readonly #handlers: Readonly<Record<number, Handler>> = {
    [requestTypes.open]: async (packet, id) => {
      const path = this.#path(packet)
      const [flags, attributes] = [packet.number(), packet.attributes()]
      this.#assertRoom()
      await this.#tell(openScript(path, flags, attributes))
      const { run, held } = this.#parts
      held.take(FILE_BYTES)
      const isAppending = (flags & openFlags.append) !== 0
      const file: OpenFile = {
        path,
        reader: flags & openFlags.read ? new FileReader(path, run) : undefined,
        writer: flags & openFlags.write ? new FileWriter(path, run, isAppending) : undefined,
      }
      return this.#handleOf(id, (handle) => this.#files.set(handle, file))
    },
    [requestTypes.opendir]: async (packet, id) => {
      const path = this.#path(packet)
      this.#assertRoom()
      const folder = this.#holdFolder(await this.#tell(listScript(path)))
      return this.#handleOf(id, (handle) => this.#folders.set(handle, folder))
    },
    [requestTypes.close]: async (packet, id) => {
      const handle = packet.text()
      const [file, folder] = [this.#files.get(handle), this.#folders.get(handle)]
      if (file === undefined && folder === undefined) throw notOpen()
      this.#files.delete(handle)
      this.#folders.delete(handle)
      this.#parts.held.leave(folder?.bytes ?? FILE_BYTES)
      file?.reader?.close()
      await file?.writer?.finish()
      return done(id)
    },
    [requestTypes.read]: async (packet, id) => {
      const { reader } = this.#file(packet)
      if (reader === undefined) throw new SftpError('failure', 'It is not open for reading.')
      const [offset, length] = [packet.large(), packet.number()]
      const bytes = await reader.read(offset, Math.min(length, MOST_READ_BYTES))
      if (bytes.length === 0) throw new SftpError('endOfFile', 'End of file')
      return writePacket(answerTypes.data, wireNumber(id), wireString(bytes))
    },
    [requestTypes.write]: async (packet, id) => {
      const { writer } = this.#file(packet)
      if (writer === undefined) throw new SftpError('failure', 'It is not open for writing.')
      await writer.write(packet.large(), packet.bytes())
      return done(id)
    },
    [requestTypes.readdir]: async (packet, id) => {
      const folder = this.#folders.get(packet.text())
      if (folder === undefined) throw notOpen()
      const entries = takeSome(folder.entries, ENTRIES_PER_ANSWER)
      if (entries.length === 0) throw new SftpError('endOfFile', 'End of folder')
      return writeNames(id, entries)
    },
    [requestTypes.stat]: async (packet, id) => this.#stat(id, this.#path(packet), true),
    [requestTypes.lstat]: async (packet, id) => this.#stat(id, this.#path(packet), false),
    [requestTypes.fstat]: async (packet, id) => {
      const { path, writer } = this.#file(packet)
      await writer?.finish()
      return this.#stat(id, path, true)
    },
    [requestTypes.setstat]: async (packet, id) =>
      this.#do(id, setScript(this.#path(packet), packet.attributes())),
    [requestTypes.fsetstat]: async (packet, id) => {
      const { path, writer } = this.#file(packet)
      // What is on its way into it would change it once more.
      await writer?.finish()
      return this.#do(id, setScript(path, packet.attributes()))
    },
    [requestTypes.remove]: async (packet, id) => this.#do(id, removeScript(this.#path(packet))),
    [requestTypes.rmdir]: async (packet, id) => this.#do(id, rmdirScript(this.#path(packet))),
    [requestTypes.mkdir]: async (packet, id) =>
      this.#do(id, mkdirScript(this.#path(packet), packet.attributes())),
    [requestTypes.rename]: async (packet, id) =>
      this.#do(id, renameScript(this.#path(packet), this.#path(packet), false)),
    [requestTypes.realpath]: async (packet, id) => writePath(id, this.#path(packet)),
    [requestTypes.readlink]: async (packet, id) => {
      const output = await this.#tell(readlinkScript(this.#path(packet)))
      return writePath(id, output.toString('utf8').replace(/\n$/, ''))
    },
    // OpenSSH has them the other way round than the draft, and all others go by OpenSSH.
    [requestTypes.symlink]: async (packet, id) =>
      this.#do(id, symlinkScript(packet.path(), this.#path(packet))),
    [requestTypes.extended]: async (packet, id) => this.#extended(packet, id),
  }

  async #extended(packet: PacketReader, id: number): Promise<Buffer> {
    const name = packet.text()
    if (name === 'posix-rename@openssh.com') {
      return this.#do(id, renameScript(this.#path(packet), this.#path(packet), true))
    }
    if (name === 'hardlink@openssh.com') {
      return this.#do(id, hardlinkScript(this.#path(packet), this.#path(packet)))
    }
    if (name === 'expand-path@openssh.com') {
      return writePath(id, absolutePath(this.#parts.home, packet.path().replace(/^~(?=\/|$)/, '.')))
    }
    throw new SftpError('unsupported', 'That is not served.')
  }

  #path(packet: PacketReader): string {
    return absolutePath(this.#parts.home, packet.path())
  }

  #file(packet: PacketReader): OpenFile {
    const file = this.#files.get(packet.text())
    if (file === undefined) throw notOpen()
    return file
  }

  #assertRoom(): void {
    if (this.#files.size + this.#folders.size < MOST_HANDLES) return
    throw new SftpError('failure', `${MOST_HANDLES} files are open: close some.`)
  }

  /** Its entries are read as they are asked for: each would take several times what its text does. */
  #holdFolder(output: Buffer): OpenFolder {
    assertListable(output)
    const bytes = TEXT_BYTES_PER_BYTE * output.length
    this.#parts.held.take(bytes)
    return { entries: parseList(output.toString('utf8')), bytes }
  }

  #handleOf(id: number, keep: (handle: string) => void): Buffer {
    this.#opened += 1
    const handle = String(this.#opened)
    keep(handle)
    return writePacket(answerTypes.handle, wireNumber(id), wireString(handle))
  }

  async #stat(id: number, path: string, isFollowed: boolean): Promise<Buffer> {
    const output = await this.#tell(statScript(path, isFollowed))
    const attributes = parseAttributes(output.toString('latin1').trim())
    if (attributes === undefined) throw new SftpError('failure', 'The container has no stat.')
    return writePacket(answerTypes.attributes, wireNumber(id), writeAttributes(attributes))
  }

  async #do(id: number, script: string): Promise<Buffer> {
    await this.#tell(script)
    return done(id)
  }

  async #tell(script: string): Promise<Buffer> {
    const { code, output } = await this.#parts.talk.ask(script)
    if (code !== 0) throw readComplaint(output.toString('utf8'))
    return output
  }
}

function greeting(): Buffer {
  const extensions = [
    ['posix-rename@openssh.com', '1'],
    ['hardlink@openssh.com', '1'],
    ['expand-path@openssh.com', '1'],
  ]
  const fields = extensions.flat().map(wireString)
  return writePacket(answerTypes.version, wireNumber(VERSION), ...fields)
}

const done = (id: number): Buffer => writeStatus(id, statusCodes.ok, '')

function writeStatus(id: number, status: number, message: string): Buffer {
  const fields = [wireNumber(id), wireNumber(status), wireString(message), wireString('')]
  return writePacket(answerTypes.status, ...fields)
}

function writeNames(id: number, entries: readonly Entry[]): Buffer {
  const fields = entries.flatMap(({ name, attributes }) => [
    wireString(name),
    wireString(describeFile(name, attributes)),
    writeAttributes(attributes),
  ])
  return writePacket(answerTypes.name, wireNumber(id), wireNumber(entries.length), ...fields)
}

/** Of a path alone, nothing else is told. */
function writePath(id: number, path: string): Buffer {
  const fields = [wireString(path), wireString(path), wireNumber(0)]
  return writePacket(answerTypes.name, wireNumber(id), wireNumber(1), ...fields)
}

function takeSome<T>(from: Iterator<T, undefined>, most: number): readonly T[] {
  const taken: T[] = []
  while (taken.length < most) {
    const next = from.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}
