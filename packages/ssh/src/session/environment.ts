/** As OpenSSH's server of Debian and Fedora lets through. */
const NAME = /^(?:LANG|LC_[A-Z]+|COLORTERM|NO_COLOR)$/
const MOST_VARIABLES = 32
const MOST_CHARACTERS = 1024

/** What a client says of the environment that it wants. */
export type Environment = {
  /** Takes a variable; returns whether it is let through. */
  readonly set: (name: string, value: string) => boolean
  readonly read: () => Readonly<Record<string, string>>
}

/** Returns an environment with nothing in it. */
export function createEnvironment(): Environment {
  const values = new Map<string, string>()
  return {
    set: (name, value) => {
      const fits = NAME.test(name) && value.length <= MOST_CHARACTERS && !value.includes('\0')
      if (!fits || values.size >= MOST_VARIABLES) return false
      values.set(name, value)
      return true
    },
    read: () => Object.fromEntries(values),
  }
}
