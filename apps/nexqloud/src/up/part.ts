import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** A program that `up` runs. */
export type Part = {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  /** What is written here goes with the file `NAME.log`. */
  readonly logFolder: string
}

/** One run of a part. */
export type PartRun = {
  readonly pid: number | undefined
  /** Resolves with how it ended, in words. */
  readonly ended: Promise<string>
  /** Asks it to end. */
  readonly end: () => void
  /** Ends it at once. */
  readonly kill: () => void
}

/** Starts parts. */
export type StartPart = (part: Part) => PartRun

/** Returns the file that a part writes to. */
export function logFileOf({ logFolder, name }: Pick<Part, 'logFolder' | 'name'>): string {
  return join(logFolder, `${name}.log`)
}

/** Starts a part as a process that ends with this one, whatever becomes of that. */
export const startPart: StartPart = (part) => {
  const log = openSync(logFileOf(part), 'a', 0o600)
  try {
    // The channel tells a part of ours that `up` is gone; its own signals, Ctrl-C among them, it gets from `up` alone.
    const child = spawn(part.program, part.args, {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    })
    return {
      pid: child.pid,
      ended: describeEnd(child),
      end: () => void child.kill('SIGTERM'),
      kill: () => void child.kill('SIGKILL'),
    }
  } finally {
    closeSync(log)
  }
}

function describeEnd(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    )
  })
}
