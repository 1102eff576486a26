import { expect, test } from 'vitest'

import { loadEc2Model } from '../src/model/ec2-model.ts'
import { staleFiles } from '../tool/generate.ts'

test('the models are what the client packages of AWS say', () => {
  expect(staleFiles()).toEqual([])
})

test('89 actions are served, and of all others the name is known', () => {
  const { operations, unserved, version, namespace } = loadEc2Model()
  expect([operations.size, version]).toEqual([89, '2016-11-15'])
  // The namespace on the wire ends in a slash, though the model's does not.
  expect(namespace).toBe('http://ec2.amazonaws.com/doc/2016-11-15/')
  expect(unserved.has('CreateFleet') && !operations.has('CreateFleet')).toBe(true)
  expect(unserved.size).toBeGreaterThan(700)
})
