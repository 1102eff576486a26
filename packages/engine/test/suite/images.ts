import { expect } from 'vitest'

import type { PullProgress } from '../../src/image/image.ts'
import { runScript } from '../scripts.ts'
import { failureOf, type Case } from './bench.ts'

/** What the port says of images, as cases that any engine is held to. */
export const imagesCases: readonly Case[] = [
  {
    name: 'images are pulled by name and by digest, as the same image',
    run: async ({ engine, other, subject }) => {
      const byName = await engine.pullImage({ image: subject.images.open })
      const repository = subject.images.open.replace(/:1$/, '')
      const byDigest = await engine.pullImage({ image: `${repository}@${byName.digest}` })
      expect(byDigest).toEqual(byName)
      expect(byName.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect((await engine.listImages()).filter(({ id }) => id === byName.id)).toEqual([byName])
      expect(await other.listImages()).toEqual([])
    },
  },
  {
    name: 'images that are out of reach, for other machines or for others are refused',
    run: async ({ engine, subject }) => {
      for (const [image, reason] of [
        ['unreachable', 'RegistryUnavailable'],
        ['foreign', 'ImageArchitecture'],
        ['guarded', 'ImageUnauthorized'],
      ] as const) {
        await expect(engine.pullImage({ image: subject.images[image] })).rejects.toMatchObject({
          code: 'ENGINE_IMAGE_PULL',
          reason,
        })
      }
    },
  },
  {
    name: 'images that no registry has are refused',
    run: async ({ engine, subject }) => {
      const absent = subject.images.open.replace(/:1$/, ':2')
      const pinned = subject.images.open.replace(/:1$/, `@sha256:${'00'.repeat(32)}`)
      for (const image of [absent, pinned]) {
        await expect(engine.pullImage({ image })).rejects.toMatchObject({
          reason: 'ImageNotFound',
        })
      }
    },
  },
  {
    name: 'images that are private go to who has the credentials, and to nobody after',
    run: async ({ engine, subject }) => {
      const { credentials, images } = subject
      const image = await engine.pullImage({ image: images.guarded, credentials })
      const pinned = images.guarded.replace(/:1$/, `@${image.digest}`)
      const failures = [
        await failureOf(engine.pullImage({ image: pinned })),
        await failureOf(
          engine.pullImage({
            image: pinned,
            credentials: { ...credentials, password: 'wrongpass' },
          }),
        ),
      ]
      for (const failure of failures) {
        expect(failure).toMatchObject({ reason: 'ImageUnauthorized' })
        expect(`${failure.message} ${failure.stack}`).not.toMatch(/wrongpass|secret/)
      }
      await engine.removeImage(image.id)
      expect((await engine.listImages()).map(({ id }) => id)).not.toContain(image.id)
    },
  },
  {
    name: 'images that a container uses stay',
    run: async ({ engine, withContainer, untilExited }) => {
      await withContainer({ command: runScript('fail') }, async (id) => {
        const { image } = await engine.inspectContainer(id)
        await engine.removeImage(image)
        await engine.startContainer(id)
        expect((await untilExited(id)).exit?.code).toBe(7)
      })
    },
  },
  {
    name: 'images of others are not removed',
    run: async ({ engine, other, subject }) => {
      const { id } = await other.pullImage({ image: subject.images.open })
      await engine.pullImage({ image: subject.images.open })
      await engine.removeImage(id)
      expect((await engine.listImages()).map((image) => image.id)).not.toContain(id)
      expect((await other.listImages()).map((image) => image.id)).toContain(id)
      await other.removeImage(id)
      expect(await other.listImages()).toEqual([])
    },
  },
  {
    name: 'images are pulled by two owners at once',
    run: async ({ engine, other, subject }) => {
      const { id: first } = await engine.pullImage({ image: subject.images.open })
      await engine.removeImage(first)
      for (let round = 0; round < 5; round += 1) {
        const both = [engine, other, engine, other].map((one) =>
          one.pullImage({ image: subject.images.open }),
        )
        const ids = (await Promise.all(both)).map(({ id }) => id)
        expect(new Set(ids)).toEqual(new Set([first]))
        await Promise.all([engine.removeImage(first), other.removeImage(first)])
        expect([await engine.listImages(), await other.listImages()]).toEqual([[], []])
      }
    },
  },
  {
    name: 'images tell how far they have come, where the engine does',
    run: async ({ engine, subject }) => {
      const { id } = await engine.pullImage({ image: subject.images.open })
      await engine.removeImage(id)
      const seen: PullProgress[] = []
      const onProgress = (progress: PullProgress): void => void seen.push(progress)
      const { sizeBytes } = await engine.pullImage({ image: subject.images.open, onProgress })
      for (const { currentBytes, totalBytes } of seen) {
        expect(currentBytes).toBeLessThanOrEqual(totalBytes)
        expect(totalBytes).toBeLessThanOrEqual(sizeBytes)
      }
      const isTold = (await engine.information()).name !== 'podman'
      expect(seen.at(-1)?.currentBytes).toBe(isTold ? seen.at(-1)?.totalBytes : undefined)
    },
  },
]
