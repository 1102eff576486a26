import type { MemoryProcess, MemoryProgram } from '../src/memory/memory-image.ts'

/** What the suite runs inside containers: as a shell script, and as what a container that is none does instead. */
type Script = { readonly text: string; readonly pretend: MemoryProgram }

export const scripts = {
  greet: {
    text: 'echo out; echo err >&2; exit 3',
    pretend: async ({ print }) => {
      print('out\n')
      print('err\n', 'stderr')
      return 3
    },
  },
  /** Ends when it is asked to. */
  serve: {
    text: 'trap "exit 0" TERM; echo ready; while true; do sleep 0.05; done',
    pretend: async ({ print, terminated }) => {
      print('ready\n')
      await aborted(terminated)
      return 0
    },
  },
  /** Does not end when it is asked to. */
  resist: {
    text: 'trap "" TERM; echo ready; while true; do sleep 0.05; done',
    pretend: async ({ print, killed }) => {
      print('ready\n')
      await aborted(killed)
      return 0
    },
  },
  count: {
    text: 'echo one; echo two; echo three',
    pretend: async ({ print }) => {
      for (const word of ['one', 'two', 'three']) print(`${word}\n`)
      return 0
    },
  },
  describe: {
    text: 'echo "$GREETING $(pwd) $(id -u)"',
    pretend: async ({ print, env, workingDir, user }) => {
      print(`${env['GREETING'] ?? ''} ${workingDir} ${user}\n`)
      return 0
    },
  },
  /** Writes 30 MB, and then a last line. */
  flood: {
    text: 'yes 0123456789012345678901234567890123456789 | head -c 30000000; echo; echo end',
    pretend: async ({ print }) => {
      print('end\n')
      return 0
    },
  },
  fail: { text: 'exit 7', pretend: async () => 7 },
  /** Waits for a line, then tells it, and the size of its terminal. */
  measure: {
    text: 'echo ready; read line; echo "$line $(stty size)"',
    pretend: async ({ print, stdin, terminal }) => {
      print('ready\r\n')
      for await (const bytes of stdin) {
        const { columns, rows } = terminal()
        print(`${Buffer.from(bytes).toString().trim()} ${rows} ${columns}\r\n`)
        break
      }
      return 0
    },
  },
} as const satisfies Record<string, Script>

/** Returns the command that runs a script. */
export function runScript(name: keyof typeof scripts): readonly string[] {
  return ['sh', '-c', scripts[name].text]
}

/** What the suite's image holds, for the engine in memory. */
export const pretendPrograms: Readonly<Record<string, MemoryProgram>> = {
  sh: async (process: MemoryProcess) => {
    const script = Object.values(scripts).find(({ text }) => text === process.command[2])
    if (script === undefined) throw new Error(`There is no script ${process.command[2]}.`)
    return script.pretend(process)
  },
  cat: async ({ stdin, print }) => {
    for await (const bytes of stdin) print(Buffer.from(bytes).toString())
    return 0
  },
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}
