type Row = { readonly hint: string; readonly isFinal: boolean }

const credentials =
  'Create a secret with: kubectl create secret docker-registry NAME, and say --pull-secret NAME.'

/** What to do about each reason, and whether waiting alone can help. */
export const troubles: Readonly<Record<string, Row>> = {
  Unschedulable: {
    hint: 'It starts as soon as a device has room: ask for less with --cpu and --memory, or wait.',
    isFinal: false,
  },
  FailedCreate: {
    hint: 'Remove it, and launch it without what is refused.',
    isFinal: true,
  },
  PodRefused: {
    hint: 'No device lets a container have that: remove it, and launch it without.',
    isFinal: true,
  },
  InvalidImageName: {
    hint: 'Write the image as [registry/]repository[:tag][@sha256:digest].',
    isFinal: true,
  },
  ImageNotFound: {
    hint: `Check the image's name and tag. Where it is private: ${credentials}`,
    isFinal: true,
  },
  ImageUnauthorized: {
    hint: `Check user name and password for its registry. ${credentials}`,
    isFinal: true,
  },
  ImageArchitecture: {
    hint: 'Build the image for that architecture too: docker buildx build --platform linux/amd64,linux/arm64.',
    isFinal: true,
  },
  ImageTooLarge: { hint: 'Make the image smaller.', isFinal: true },
  DigestMismatch: {
    hint: 'Name the digest that the registry serves, if you trust it.',
    isFinal: true,
  },
  RegistryUnavailable: { hint: 'Look whether the registry is up.', isFinal: false },
  DiskFull: { hint: 'It is tried again; another device may have room.', isFinal: false },
  ErrImagePull: { hint: "Check the image's name, and that its registry serves it.", isFinal: true },
  CreateContainerError: { hint: 'Change what the command line asks for.', isFinal: true },
  RunContainerError: { hint: 'Change what the command line asks for.', isFinal: true },
  StartError: {
    hint: "Check the command behind -- against what the image holds; without one, the image's own is run.",
    isFinal: true,
  },
  OOMKilled: {
    hint: 'Give it more memory: --memory, or a larger --type.',
    isFinal: true,
  },
  Completed: {
    hint: 'A command that is to run once wants --restart never.',
    isFinal: true,
  },
  Error: { hint: 'Its log says why.', isFinal: true },
}
