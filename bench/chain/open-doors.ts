import { openRpcServer, type Chain, type RpcServer } from '@nexqloud/chain'
import { systemClock, type Clock } from '@nexqloud/kernel'
import { pino } from 'pino'
import { Registry } from 'prom-client'

/** Opens the doors of a chain on any free port, with nothing logged. */
export function openDoors(chain: Chain, clock: Clock = systemClock): Promise<RpcServer> {
  return openRpcServer(chain, {
    simulator: chain.simulator,
    clock,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    clientVersion: 'bench',
    isFailed: () => false,
    port: 0,
  })
}
