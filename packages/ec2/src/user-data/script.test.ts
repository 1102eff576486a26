import { expect, test } from 'vitest'

import { isScript } from './script.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('user data that names its interpreter is a script', () => {
  expect(isScript(base64('#!/bin/sh\necho hello\n'))).toBe(true)
  expect(isScript(base64('#!/usr/bin/env python3'))).toBe(true)
})

test.each(['#cloud-config\n', 'plain', '', '!#/bin/sh'])('%j is none', (text) => {
  expect(isScript(base64(text))).toBe(false)
})

test('no user data is none', () => {
  expect(isScript(undefined)).toBe(false)
})
