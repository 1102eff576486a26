import {
  createGenesis,
  createLocalLaunch,
  formatGenesis,
  readRecordedRelease,
} from '@nexqloud/contracts'
import { numberToHex, parseEther, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'

/** Returns the text of a local network's genesis file in which these own a thousand NXQ each. */
export async function createLocalGenesisJson(people: readonly Hex[]): Promise<string> {
  const launch = createLocalLaunch({
    account: privateKeyToAddress(generatePrivateKey()),
    genesisTime: Math.floor(Date.now() / 1000),
  })
  const { file } = await createGenesis(readRecordedRelease(), launch)
  const balance = numberToHex(parseEther('1000'))
  const rich = Object.fromEntries(people.map((person) => [person.toLowerCase(), { balance }]))
  return formatGenesis({ ...file, alloc: { ...file.alloc, ...rich } })
}
