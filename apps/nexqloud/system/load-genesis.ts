import {
  createGenesis,
  formatGenesis,
  parseFounders,
  readNetwork,
  readRecordedRelease,
} from '@nexqloud/contracts'
import { numberToHex, parseEther, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'

/** Returns the text of a local network's genesis file in which these own a thousand NXQ each. */
export async function createLocalGenesisJson(people: readonly Hex[]): Promise<string> {
  const parameters = readNetwork('local')
  const address = privateKeyToAddress(generatePrivateKey())
  const founders = parseFounders(
    {
      genesisTime: Math.floor(Date.now() / 1000),
      owner: address,
      masternodes: [
        {
          signer: address,
          operator: address,
          tlsKeyHash: numberToHex(1, { size: 32 }),
          region: 'local',
          endpoint: 'masternode.example:4433',
        },
      ],
      priceSigners: [address],
      founders: [{ account: address, bps: 10_000 }],
      keyHolders: [{ holder: address, count: parameters.keys.foundingCount }],
      faucet: address,
    },
    parameters,
  )
  const { file } = await createGenesis(readRecordedRelease(), { parameters, founders })
  const balance = numberToHex(parseEther('1000'))
  const rich = Object.fromEntries(people.map((person) => [person.toLowerCase(), { balance }]))
  return formatGenesis({ ...file, alloc: { ...file.alloc, ...rich } })
}
