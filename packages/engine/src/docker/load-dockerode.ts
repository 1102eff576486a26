import { createRequire, Module } from 'node:module'

import type Docker from 'dockerode'

/**
 * Loads dockerode without what is never used here, which is half of the memory that it takes: gRPC, for builds, and SSH, for
 * engines elsewhere. Whoever asked for these would be told that it is no function.
 */
export function loadDockerode(): typeof Docker {
  const ofDockerode = createRequire(import.meta.resolve('dockerode'))
  const ofModem = createRequire(ofDockerode.resolve('docker-modem'))
  for (const file of [ofDockerode.resolve('./session'), ofModem.resolve('./ssh')]) {
    // What somebody has loaded already stays.
    ofDockerode.cache[file] ??= emptyModule(file)
  }
  return ofDockerode('dockerode')
}

function emptyModule(file: string): Module {
  const made = new Module(file)
  made.filename = file
  made.loaded = true
  return made
}
