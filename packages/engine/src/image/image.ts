/** An image's id: the hash of its configuration, `sha256:` and 64 hex digits. */
export type ImageId = string & { readonly _: 'ImageId' }

/** An image that was pulled here. */
export type Image = {
  readonly id: ImageId
  /** Of the manifest that was asked for: `sha256:` and 64 hex digits; what a specification pins. */
  readonly digest: string
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string
  /** Unpacked, layers that other images share counted in full. */
  readonly sizeBytes: number
}

/** What opens a private registry. It is sent to the engine, and written nowhere. */
export type RegistryCredentials = { readonly username: string; readonly password: string }

/** How far a pull has come. */
export type PullProgress = {
  /** Bytes of all layers that are here, of those whose size is known. */
  readonly currentBytes: number
  readonly totalBytes: number
}

/** Which image to bring, and whom to tell. */
export type PullRequest = {
  /** As `docker pull` takes it: `nginx`, `ghcr.io/acme/web@sha256:…`. */
  readonly image: string
  readonly credentials?: RegistryCredentials
  readonly onProgress?: (progress: PullProgress) => void
  readonly signal?: AbortSignal
}

/** The images that were pulled here. */
export type ImageStore = {
  readonly pull: (request: PullRequest) => Promise<Image>
  readonly list: () => Promise<readonly Image[]>
  readonly remove: (id: ImageId) => Promise<void>
}
