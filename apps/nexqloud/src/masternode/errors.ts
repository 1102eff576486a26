import { BaseError } from '@nexqloud/kernel'

/** A masternode has no keys here. */
export class MasternodeKeysMissingError extends BaseError {
  constructor(folder: string) {
    super(`${folder} has no keys of a masternode.`, {
      code: 'MASTERNODE_KEYS_MISSING',
      kind: 'notFound',
      hint: 'It takes masternode.json, password and masternode-tls.pem, as the launch of a network makes them: nexqloud chain, or name the folder with --data.',
    })
  }
}

/** A file that an option names cannot be read. */
export class UnreadableFileError extends BaseError {
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be read.`, {
      code: 'MASTERNODE_FILE_UNREADABLE',
      kind: 'invalid',
      hint: cause instanceof Error ? cause.message : 'Name a file that you may read.',
      cause,
    })
  }
}

/** A kubeconfig does not say who signs for its cluster. */
export class AuthorityMissingError extends BaseError {
  constructor(file: string) {
    super(`${file} does not hold the certificate authority of its cluster.`, {
      code: 'MASTERNODE_AUTHORITY_MISSING',
      kind: 'invalid',
      hint: 'Name the authority that signed the kube-apiserver’s client certificate: --kubelet-client-ca FILE.',
    })
  }
}

/** The chain names no masternode of this key. */
export class NotAMasternodeError extends BaseError {
  constructor(keyHash: string) {
    super(`The chain names no masternode that serves with the TLS key ${keyHash}.`, {
      code: 'MASTERNODE_UNKNOWN',
      kind: 'notFound',
      hint: 'Use the keys that it was registered with. With --device-port PORT it runs all the same, and devices do not find it.',
    })
  }
}

/** Nothing that can be used says where the database of the record is. */
export class DatabaseUnknownError extends BaseError {
  constructor(why: string) {
    super(why, {
      code: 'MASTERNODE_DATABASE_UNKNOWN',
      kind: 'invalid',
      hint: 'Name one, e.g. postgres://USER:PASSWORD@HOST:5432/NAME, best in --database-file or NEXQLOUD_DATABASE; without any, one is kept in the data folder.',
    })
  }
}
