import type { ResolvedImage } from '../image/image-source.ts'

/** Programs that end at once where nobody types. */
const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z)?sh$/

/** Is there until it is told to end, and lets go of what ends below it. */
const STAY_UP = ['/bin/sh', '-c', 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait $!; done']

/**
 * Returns what a machine runs instead of what its image says; nothing where it runs that. An image of an operating system says a shell, which would end at
 * once: a machine of it is there to be logged into.
 */
export function commandOf({
  command = [],
}: Pick<ResolvedImage, 'command'>): readonly string[] | undefined {
  const [program = '', ...args] = command
  return args.length === 0 && SHELL.test(program) ? STAY_UP : undefined
}
