import { parsePeriod } from '@nexqloud/kernel'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { ReadOptions } from '../option.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { verdictDocument } from './settlement-document.ts'
import { dissentLines, leafLines, periodLines, verdictLine } from './settlement-text.ts'
import { verifyPeriod, type VerifyParts } from './verify-period.ts'

/** What a verification may use of the world outside. */
export type VerifyShell = Pick<VerifyParts, 'openSource'> & { readonly shell: Shell }

/** Computes a period anew and says what differs; returns the exit code. */
export async function verifySettlement(
  text: string,
  options: ReadOptions,
  { shell, openSource }: VerifyShell,
): Promise<number> {
  const period = parsePeriod(Number(parseNumber(text, 'period')))
  const { ledger, chain } = await openSession(options, shell)
  const { printer, signal } = shell
  const parts = { ledger, chainId: chain.id, openSource, tell: printer.note, signal }
  const verdict = await verifyPeriod(period, parts)
  const lines = [
    ...periodLines(verdict),
    ...leafLines(verdict),
    '',
    ...dissentLines(verdict.dissent),
    verdictLine(verdict),
  ]
  printResult({ document: verdictDocument(verdict), lines }, { printer, json: options.json })
  return verdict.differences.length === 0 ? exitCode.done : exitCode.failed
}
