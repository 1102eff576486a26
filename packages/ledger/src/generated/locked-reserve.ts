// Written by tool/generate.ts from the compiled contracts.

export const lockedReserve = {
  address: '0x4e58510000000000000000000000000000000002',
  abi: [
  {
    "type": "function",
    "name": "locked",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  }
],
} as const
