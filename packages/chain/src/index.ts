/** The Layer-1 node: execution of blocks, the consensus port, what is kept on the disk. */

export { exportChain, importChain, verifyChain } from './archive/chain-archive.ts'
export { observeChain } from './chain-metrics.ts'
export { openChain, type Chain, type ChainOptions } from './chain.ts'
export type { ChainView } from './chain-view.ts'
export { paceByDefault, type SoloPace } from './consensus/solo.ts'
export { parseGenesis, type GenesisFile } from './genesis/genesis-file.ts'
export { openNode, type Node, type NodeOptions } from './node.ts'
export { openRpcServer, type RpcServer, type RpcServerOptions } from './rpc/server.ts'
