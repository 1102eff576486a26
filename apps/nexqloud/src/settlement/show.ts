import { parsePeriod } from '@nexqloud/kernel'

import { printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { ReadOptions } from '../option.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { readSettledPeriod } from './settled-period.ts'
import { periodDocument } from './settlement-document.ts'
import { periodLines } from './settlement-text.ts'

/** Shows how a period was settled, by the chain alone. */
export async function showSettlement(
  text: string,
  options: ReadOptions,
  shell: Shell,
): Promise<void> {
  const period = parsePeriod(Number(parseNumber(text, 'period')))
  const { ledger } = await openSession(options, shell)
  const settled = await readSettledPeriod(ledger, period)
  printResult(
    { document: periodDocument(settled), lines: periodLines(settled) },
    { printer: shell.printer, json: options.json },
  )
}
