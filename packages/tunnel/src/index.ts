/** Many streams over one TLS connection that the device dialled: both ends. */

export type { ResetCode } from './frame/reset-code.ts'
export { answerOf } from './http/answer-of.ts'
export { askPinned, type PinnedAnswer, type PinnedQuestion } from './http/ask-pinned.ts'
export { getPinned, type PinnedRequest } from './http/get-pinned.ts'
export type {
  PublicOffer,
  PublicPage,
  PublicPages,
  PublicPost,
  PublicPosts,
  PublicReply,
} from './http/public-door.ts'
export { dialLink, type DialParts, type LinkEndpoint } from './link/dial-link.ts'
export {
  CertificateExpiredError,
  LinkDialError,
  LinkKeyMismatchError,
  LinkRefusedByPeerError,
  LinkRefusedError,
} from './link/errors.ts'
export {
  keepAliveByDefault,
  type KeepAlive,
  type Link,
  type LinkParts,
  type LinkUser,
} from './link/link.ts'
export {
  listenForLinks,
  listenLimitsByDefault,
  type LinkListener,
  type ListenLimits,
  type ListenParts,
} from './link/listen-for-links.ts'
export { createTlsIdentity, createTlsKey, type TlsIdentity } from './link/tls-identity.ts'
export { InvalidTlsKeyHashError, parseTlsKeyHash, type TlsKeyHash } from './link/tls-key-hash.ts'
export { backOffByDefault, type BackOff, type UplinkEvent } from './link/uplink.ts'
export { runUplinks, type UplinksParts, type UplinkTargets } from './link/uplinks.ts'
export { LinkEndedError, LinkUnavailableError } from './mux/errors.ts'
export { muxLimitsByDefault, type MuxLimits } from './mux/limits.ts'
export type { MuxStream, StreamHandler, StreamReset } from './mux/mux-stream.ts'
export { Mux, type MuxOptions, type StreamTarget } from './mux/mux.ts'
export { createWindowBudget, type WindowBudget } from './mux/window-budget.ts'
export type { RpcContract, RpcHandlers } from './rpc/contract.ts'
export {
  RpcClosedError,
  RpcMessageTooLargeError,
  RpcRemoteError,
  RpcTimeoutError,
  RpcVersionError,
  RpcViolationError,
} from './rpc/errors.ts'
export type { RpcHello } from './rpc/hello.ts'
export { rpcLimitsByDefault, type RpcLimits } from './rpc/limits.ts'
export {
  acceptRpc,
  openRpc,
  type RequestOptions,
  type RpcParts,
  type RpcPeer,
} from './rpc/rpc-peer.ts'
export { createTargetDialer, type DialTarget, type TargetAddress } from './splice/dial-target.ts'
export { spliceSocket } from './splice/splice.ts'
