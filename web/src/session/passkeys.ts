import { authApi, data } from '@/api/client'
import type { components } from '@/api/generated/auth'

export type ShownPasskey = components['schemas']['ShownCredential']

/** Whether this browser speaks of passkeys as the API does. */
export const passkeysWork = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Have the browser show a passkey: to log in, or as the second step. Null where the person did not want to. */
export async function showPasskey(): Promise<ShownPasskey | null> {
  const { public_key } = await data(authApi.POST('/auth/passkeys/request-options'))
  const options = public_key as unknown as PublicKeyCredentialRequestOptionsJSON
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null
    return credential === null ? null : (credential.toJSON() as unknown as ShownPasskey)
  } catch (error) {
    // The dialog was closed, or timed out; which of them, browsers do not say.
    if (error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name)) return null
    throw error
  }
}

export const loginWithPasskey = (credential: ShownPasskey) =>
  data(authApi.POST('/auth/passkeys/login', { body: { credential } }))
