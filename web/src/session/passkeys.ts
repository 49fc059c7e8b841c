import { authApi, data } from '@/api/client'
import type { components } from '@/api/generated/auth'
import { ApiError } from '@/api/problem'

export type ShownPasskey = components['schemas']['ShownCredential']

/** Whether this browser speaks of passkeys as the API does. */
export const passkeysWork = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Have the browser show a passkey: to log in, or as the second step. Null where the person did not want to. */
export async function showPasskey(): Promise<ShownPasskey | null> {
  const { public_key } = await data(authApi.POST('/auth/passkeys/request-options'))
  const options = public_key as unknown as PublicKeyCredentialRequestOptionsJSON
  const shown = await asked(() => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    return navigator.credentials.get({ publicKey })
  })
  return shown === null ? null : (shown.toJSON() as unknown as ShownPasskey)
}

export const loginWithPasskey = (credential: ShownPasskey) =>
  data(authApi.POST('/auth/passkeys/login', { body: { credential } }))

/** Have the browser make a new passkey, and add it to the account. Whether there is one: the person may not have wanted to. */
export async function addPasskey(name: string): Promise<boolean> {
  const { public_key } = await data(authApi.POST('/auth/passkeys/creation-options'))
  const options = public_key as unknown as PublicKeyCredentialCreationOptionsJSON
  const created = await asked(() => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    return navigator.credentials.create({ publicKey })
  })
  if (created === null) return false
  const credential = created.toJSON() as unknown as components['schemas']['CreatedCredential']
  await data(authApi.POST('/auth/passkeys', { body: { credential, name } }))
  return true
}

/** What the browser's dialog gave; null where it was closed, or timed out: which of them, browsers do not say. */
async function asked(dialog: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await dialog()) as PublicKeyCredential | null
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    if (['NotAllowedError', 'AbortError'].includes(error.name)) return null
    if (error.name === 'InvalidStateError')
      throw new ApiError(
        0,
        'passkey_there',
        'Already there',
        'This device has a passkey for your account already.',
      )
    throw error
  }
}
