type Row = { readonly hint: string; readonly isFinal: boolean }

/** The API takes JSON, and that command of kubectl sends something else. */
const credentials =
  'Create a secret with: kubectl create secret docker-registry NAME --docker-server=REGISTRY --docker-username=USER --docker-password=PASSWORD --dry-run=client -o yaml | kubectl apply -f - . Then say --pull-secret NAME.'

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
    hint: `Where it is private: ${credentials}`,
    isFinal: true,
  },
  ImageUnauthorized: {
    hint: credentials,
    isFinal: true,
  },
  ImageArchitecture: {
    hint: 'E.g.: docker buildx build --platform linux/amd64,linux/arm64 --push. A device of its own is asked for by spec.nodeSelector, kubernetes.io/arch.',
    isFinal: true,
  },
  ImageTooLarge: { hint: 'Make the image smaller.', isFinal: true },
  DigestMismatch: {
    hint: 'Name the digest that the registry serves, if you trust it.',
    isFinal: true,
  },
  RegistryUnavailable: { hint: 'It starts once its registry answers.', isFinal: false },
  NotReady: {
    hint: 'It is reached once its readiness probe passes. A server has to listen on 0.0.0.0, not on 127.0.0.1 alone; its log may say more.',
    isFinal: false,
  },
  DiskFull: { hint: 'It is tried again; another device may have room.', isFinal: false },
  DeviceDiskFull: { hint: 'It is tried again; another device may have room.', isFinal: false },
  DeviceDiskFailed: {
    hint: 'It is tried again, on another device if there is one.',
    isFinal: false,
  },
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
