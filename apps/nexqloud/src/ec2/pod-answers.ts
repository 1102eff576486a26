import type { Ec2 } from '@nexqloud/ec2'
import type { AnswerPod } from '@nexqloud/masternode'

type Answers = Pick<Ec2, 'answerInstance' | 'answerApi'>
type Told = Awaited<ReturnType<AnswerPod>>

const nothing: Told = { status: 404, headers: {}, body: '' }
/** Who asks asks again. */
const notYet: Told = { status: 503, headers: { 'retry-after': '1' }, body: '' }

/** Answers what pods ask by the EC2-compatible API, which is opened after the masternode: a pod that is an instance has its name. */
export class PodAnswers {
  #answers: Answers | undefined

  /** Has the API answer from now on; nobody answers again where it is left out. */
  serve(answers?: Answers): void {
    this.#answers = answers
  }

  readonly answer: AnswerPod = async ({ namespace, name: id }, question) => {
    const answers = this.#answers
    if (answers === undefined) return notYet
    const { door, method, target, headers, body } = question
    const told =
      door === 'metadata'
        ? await answers.answerInstance({ namespace, id }, { method, target, headers })
        : await answers.answerApi(
            { namespace, id },
            { method, target, headers, body: Buffer.from(body, 'base64') },
          )
    if (told === undefined) return nothing
    const { status, headers: own } = told
    return { status, headers: { ...own }, body: Buffer.from(told.body).toString('base64') }
  }
}
