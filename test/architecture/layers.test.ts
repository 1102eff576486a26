import { expect, test } from 'vitest'

import { packages, type Manifest } from './workspace.ts'

/** Who may know whom: a package may depend on the packages before it only. */
const layers = [
  'contracts',
  'kernel',
  'rules',
  'ledger',
  'chain',
  'store',
  'kube',
  'tunnel',
  'engine',
  'device',
  'foresight',
  'control',
  'gateway',
  'ssh',
  'masternode',
  'ec2',
  'sdk',
  'bench',
  'cli',
  'dashboard',
  'mobile',
]

const manifests = packages.map(({ manifest }) => manifest)

test.each(manifests)('$name has its place in the layers', ({ name }) => {
  expect(layers).toContain(ownName(name))
})

test.each(manifests)('$name depends only on layers below it', (manifest) => {
  const below = layers.slice(0, layers.indexOf(ownName(manifest.name)))
  const ours = dependenciesOf(manifest).filter((name) => name.startsWith('@nexqloud/'))
  expect(below).toEqual(expect.arrayContaining(ours.map(ownName)))
})

test('a rule that is pure depends on nothing that is not', () => {
  const pure = manifests.filter(({ name }) => ['kernel', 'rules'].includes(ownName(name)))
  expect(pure.flatMap(({ dependencies = {} }) => Object.keys(dependencies))).toEqual([
    '@nexqloud/kernel',
    'immutable',
  ])
})

function dependenciesOf(manifest: Manifest): readonly string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest
  return Object.keys({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
    ...peerDependencies,
  })
}

function ownName(name: string): string {
  return name.replace('@nexqloud/', '')
}
