import { BaseError } from '@nexqloud/kernel'

/** The password is not the one that the keystore was locked with. */
export class WrongPasswordError extends BaseError {
  constructor(wallet: string) {
    super(`The password does not open ${wallet}.`, {
      code: 'WALLET_PASSWORD_WRONG',
      kind: 'unauthorized',
      hint: 'Repeat the command with the password that the wallet was created with; nobody can restore it.',
    })
  }
}

/** A file is no keystore, or not one any more. */
export class DamagedKeystoreError extends BaseError {
  readonly file: string

  constructor(file: string, problem: string) {
    super(`${file} is not a whole keystore: ${problem}.`, {
      code: 'WALLET_KEYSTORE_DAMAGED',
      kind: 'internal',
      hint: 'Put a copy of the file back, or import the private key again: nexqloud wallet import NAME.',
    })
    this.file = file
  }
}

/** There is no such wallet; `besides` says what else the text is not. */
export class WalletAbsentError extends BaseError {
  constructor(wanted: string, known: readonly string[], besides = '') {
    super(`There is no wallet ${wanted} in the data folder${besides}.`, {
      code: 'WALLET_ABSENT',
      kind: 'notFound',
      hint:
        known.length > 0
          ? `Known are: ${known.join(', ')}. Create one with: nexqloud wallet create NAME.`
          : 'Create one with: nexqloud wallet create NAME.',
    })
  }
}

/** A wallet has to be named, because there is not exactly one; `naming` says how this command is told which. */
export class WalletUnnamedError extends BaseError {
  constructor(known: readonly string[], naming: string) {
    super(`Which wallet? There are ${known.length === 0 ? 'none' : known.join(', ')}.`, {
      code: 'WALLET_UNNAMED',
      kind: 'invalid',
      hint:
        known.length === 0
          ? 'Create one with: nexqloud wallet create NAME.'
          : `Name one of them: ${naming}.`,
    })
  }
}

/** The name is taken, or the key is in a wallet already. */
export class WalletExistsError extends BaseError {
  constructor(problem: string) {
    super(problem, {
      code: 'WALLET_EXISTS',
      kind: 'conflict',
      hint: 'nexqloud wallet list shows what is there.',
    })
  }
}

/** A text cannot be the name of a wallet. */
export class WalletNameError extends BaseError {
  constructor(name: string) {
    super(`"${name}" cannot name a wallet.`, {
      code: 'WALLET_NAME_INVALID',
      kind: 'invalid',
      hint: 'Use 1 to 32 letters, digits, dots, dashes and underscores, and begin with a letter.',
    })
  }
}

/** A text is not a private key; it is not repeated here. */
export class PrivateKeyError extends BaseError {
  constructor() {
    super('This is not a private key: 64 hex digits, with or without 0x.', {
      code: 'WALLET_PRIVATE_KEY_INVALID',
      kind: 'invalid',
      hint: 'Export the key of the account again; a seed phrase is not a private key.',
    })
  }
}

/** A wallet's password is needed and nobody gave it. */
export class PasswordMissingError extends BaseError {
  constructor(problem: string) {
    super(problem, {
      code: 'WALLET_PASSWORD_MISSING',
      kind: 'invalid',
      hint: 'Name a file with --password-file, set NEXQLOUD_PASSWORD, or run the command in a terminal.',
    })
  }
}
