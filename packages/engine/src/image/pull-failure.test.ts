import { expect, test } from 'vitest'

import { readPullFailure } from './pull-failure.ts'

/** Said by Docker 20.10, Podman 4.3 and Docker Hub. */
test.each([
  ['ImageUnauthorized', 'Head "http://127.0.0.1:5055/v2/a/manifests/1": no basic auth credentials'],
  ['ImageUnauthorized', 'reading manifest 1 in a/b: unauthorized: authentication required'],
  ['ImageNotFound', 'manifest for a/b:1 not found: manifest unknown: manifest unknown'],
  [
    'ImageNotFound',
    "pull access denied for x, repository does not exist or may require 'docker login'",
  ],
  [
    'RegistryUnavailable',
    'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
  ],
  [
    'RegistryUnavailable',
    'pinging container registry a.b: lookup a.b on 10.0.0.1:53: no such host',
  ],
  ['RegistryUnavailable', 'net/http: TLS handshake timeout'],
  ['ImageArchitecture', 'no matching manifest for linux/amd64 in the manifest list entries'],
  [
    'ImageArchitecture',
    'no image found in manifest list for architecture amd64, variant "", OS linux',
  ],
  ['DiskFull', 'failed to register layer: write /x: no space left on device'],
  ['ErrImagePull', 'something else'],
])('%s: %s', (reason, text) => {
  expect(readPullFailure('a/b:1', text).reason).toBe(reason)
})

test('credentials that are missing are told apart from wrong ones', () => {
  const error = readPullFailure(
    'a/b:1',
    'Head "http://a/v2/b/manifests/1": no basic auth credentials',
  )
  expect(error.message).toContain('asks for user name and password, and there are none for it')
})

test('says what happened and what to do', () => {
  const error = readPullFailure('a/b:1', 'manifest unknown')
  expect(`${error.message} ${error.hint}`).toMatchInlineSnapshot(
    `"Image a/b:1: the registry does not have it (manifest unknown). Check repository, tag and digest; a private image needs credentials."`,
  )
})
