/** A field of a payload that did not validate. */
export interface FieldProblem {
  field: string
  message: string
}

/** The one error that leaves the API layer: what the API answered (RFC 9457), or why there is no answer. */
export class ApiError extends Error {
  override name = 'ApiError'

  constructor(
    /** 0 where there was no answer. */
    readonly status: number,
    /** Stable and machine-readable; of this side are `offline`, `timeout` and `unreadable`. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null = null,
    readonly fields: readonly FieldProblem[] = [],
    /** Seconds after which it may be tried again. */
    readonly retryAfter: number | null = null,
    /** Whatever else the document carried, such as `mfa_token`. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
  }

  /** Whether the same request may well succeed a little later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }

  /** What is wrong with a field, as the API names it (`email`, `price.amount`). */
  field(name: string): string | undefined {
    return this.fields.find((problem) => problem.field === name)?.message
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get('retry-after'))
  const said = await membersOf(response)
  const fields = Array.isArray(said.errors) ? said.errors.filter(isFieldProblem).map(spoken) : []
  return new ApiError(
    response.status,
    text(said.code) ?? 'unreadable',
    text(said.title) ?? 'Something went wrong',
    // The detail of what does not validate names fields as programs do.
    fields.map(({ message }) => message).join(' ') || (text(said.detail) ?? 'The answer could not be read.'),
    text(said.request_id) ?? response.headers.get('x-request-id'),
    fields,
    Number.isFinite(wait) && wait > 0 ? wait : null,
    said,
  )
}

/** What stands between us and the API has documents of its own: a member counts only where it is of its type. */
async function membersOf(response: Response): Promise<Record<string, unknown>> {
  const said: unknown = await response.json().catch(() => null)
  return typeof said === 'object' && said !== null ? { ...said } : {}
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined

function isFieldProblem(value: unknown): value is FieldProblem {
  if (typeof value !== 'object' || value === null) return false
  const { field, message } = value as Record<string, unknown>
  return typeof field === 'string' && typeof message === 'string'
}

/** As a sentence. */
function spoken({ field, message }: FieldProblem): FieldProblem {
  const said = message.trim()
  return { field, message: said.charAt(0).toUpperCase() + said.slice(1) + (/[.!?]$/.test(said) ? '' : '.') }
}

/** For whatever was caught: the API layer throws nothing else, but a bug may. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(0, 'unexpected', 'Something went wrong', 'Something unexpected happened in this page.')
}
