import { statfs } from 'node:fs/promises'

/** Less than what an agent writes down at a time. */
const LEAST_BYTES = 64 << 10

/** Returns whether an agent cannot write into its folder for want of room. It cannot say so there itself. */
export async function isDiskFull(folder: string): Promise<boolean> {
  const { bavail, bsize, files, ffree } = await statfs(folder)
  // Some file systems count no files.
  return bavail * bsize < LEAST_BYTES || (files > 0 && ffree === 0)
}

/** Returns what that means, in words; what an agent said last was `saidAt`. */
export function explainFullDisk(folder: string, saidAt: string | undefined): string {
  const said = saidAt === undefined ? '' : ` What is told of the agent here is from ${saidAt}.`
  return `It is full: nothing can be written into ${folder}. What runs goes on; new pods go elsewhere until there is room.${said}`
}
