import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Handlers } from '../action.ts'
import { ActionError } from '../errors.ts'
import { notFoundOf } from '../not-found.ts'
import { holderOf } from './attachments.ts'
import { interfaceFilters as filters } from './filters.ts'
import { createInterfaces, removeInterface } from './interface.ts'
import { planInterface } from './plan-interface.ts'
import { tellInterfaces } from './tell-interfaces.ts'

const page = { least: 5, most: 1000 }
const notFound = notFoundOf(ec2Kinds.networkInterfaces)

/** CreateNetworkInterface, DeleteNetworkInterface, DescribeNetworkInterfaces. */
export const networkInterfaceActions = {
  CreateNetworkInterface: (input, transaction) => {
    const made = createInterfaces(transaction, planInterface(transaction, input))
    const [told] = tellInterfaces(transaction, made)
    const { ClientToken } = input
    return { NetworkInterface: told?.spec, ...(ClientToken !== undefined && { ClientToken }) }
  },

  DeleteNetworkInterface: ({ NetworkInterfaceId: id = '' }, transaction) => {
    const one = transaction.get(ec2Kinds.networkInterfaces, id)
    if (holderOf(transaction, id) !== undefined) {
      throw new ActionError(
        'InvalidParameterValue',
        `Network interface '${id}' is currently in use.`,
      )
    }
    removeInterface(transaction, one)
    return {}
  },

  DescribeNetworkInterfaces: (input, transaction) => {
    const rows = tellInterfaces(transaction, transaction.list(ec2Kinds.networkInterfaces))
    const { rows: chosen, ...next } = selectPage(input, {
      rows,
      filters,
      ids: input.NetworkInterfaceIds,
      notFound,
      page,
    })
    return { NetworkInterfaces: chosen.map(({ spec }) => spec), ...next }
  },
} as const satisfies Handlers
