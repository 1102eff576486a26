/** The first byte of each message. Source: k8s.io/apimachinery/pkg/util/remotecommand/constants.go. */
export const execChannels = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
  status: 3,
  resize: 4,
  close: 255,
} as const

/** What clients may speak, the newest first; of them only version 5 tells the end of stdin. */
export const execProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
