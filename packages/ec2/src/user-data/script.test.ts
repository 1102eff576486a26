import { expect, test } from 'vitest'

import { scriptOf } from './script.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('user data that names its interpreter is a script', () => {
  const script = '#!/bin/sh\necho hello\n'
  expect(Buffer.from(scriptOf(base64(script)) ?? []).toString()).toBe(script)
})

test.each(['#cloud-config\n', 'plain', '', '!#/bin/sh'])('%j is none', (text) => {
  expect(scriptOf(base64(text))).toBeUndefined()
})

test('no user data is none', () => {
  expect(scriptOf(undefined)).toBeUndefined()
})
