import type { PasswordOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { readIfPresent } from '../whole-file.ts'
import { PasswordMissingError } from './errors.ts'
import type { Wallet } from './key-folder.ts'

type Asking = Pick<Shell, 'env' | 'terminal'>

/**
 * Returns the password of a wallet: from the file that was named, else the file that lies beside a network's keys, else
 * `NEXQLOUD_PASSWORD`, else from whoever sits at the terminal.
 *
 * @throws {@link PasswordMissingError} where none of these gives one.
 */
export async function readPassword(
  { name, passwordFile: ownFile }: Pick<Wallet, 'name' | 'passwordFile'>,
  { passwordFile = ownFile }: PasswordOptions,
  { env, terminal }: Asking,
): Promise<string> {
  if (passwordFile !== undefined) return readPasswordFile(passwordFile)
  const given = env['NEXQLOUD_PASSWORD']
  if (given !== undefined && given !== '') return given
  if (!terminal.isInteractive)
    throw new PasswordMissingError(`The wallet ${name} needs its password.`)
  return checkPassword(await terminal.askHidden(`Password of ${name}: `))
}

/**
 * Returns the password for a new wallet, from the same places; who types it, types it twice.
 *
 * @throws {@link PasswordMissingError} where there is none, or two different ones were typed.
 */
export async function choosePassword(
  name: string,
  options: PasswordOptions,
  shell: Asking,
): Promise<string> {
  const isTyped = options.passwordFile === undefined && !shell.env['NEXQLOUD_PASSWORD']
  const password = await readPassword({ name }, options, shell)
  if (isTyped && (await shell.terminal.askHidden('The same again: ')) !== password) {
    throw new PasswordMissingError('The two passwords differ.')
  }
  return password
}

async function readPasswordFile(file: string): Promise<string> {
  const text = await readIfPresent(file)
  if (text === undefined) throw new PasswordMissingError(`There is no password file ${file}.`)
  return checkPassword(text.replace(/\r?\n$/, ''))
}

function checkPassword(password: string): string {
  if (password === '') throw new PasswordMissingError('An empty password protects nothing.')
  return password
}
