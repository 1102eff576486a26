import type { RegistryCredentials } from '../image/image.ts'
import type { ImageReference } from '../image/reference.ts'

/** What runs in a container that is none. */
export type MemoryProcess = {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly workingDir: string
  readonly print: (text: string, stream?: 'stdout' | 'stderr') => void
  readonly stdin: AsyncIterable<Uint8Array>
  /** Of its terminal, as it was last told. */
  readonly terminal: () => { readonly columns: number; readonly rows: number }
  /** Aborts when it is asked to end; one that goes on is forgotten after the grace. */
  readonly terminated: AbortSignal
  /** Aborts when it is killed, or its container is. */
  readonly killed: AbortSignal
}

/** Returns the exit code. */
export type MemoryProgram = (process: MemoryProcess) => Promise<number>

/** An image at a registry that is none. */
export type MemoryImage = {
  /** In full: `registry.test/a/web:1`. */
  readonly name: string
  /** `sha256:` and 64 hex digits. */
  readonly digest: string
  readonly architecture: string
  readonly sizeBytes: number
  /** Who may have it; everybody where it is left out. */
  readonly credentials?: RegistryCredentials
  /** By the first word of the command that runs them. */
  readonly programs: Readonly<Record<string, MemoryProgram>>
  /** What runs where a specification names no command. */
  readonly command: readonly string[]
  /** What runs for every other command, of the container itself and in it; such commands are not found where it is left out. */
  readonly others?: { readonly main: MemoryProgram; readonly exec: MemoryProgram }
}

/** The images that can be pulled: a list, or who has every one. */
export type MemoryRegistry = readonly MemoryImage[] | ((reference: ImageReference) => MemoryImage)
