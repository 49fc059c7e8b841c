variable "zone_id" {
  description = "Of the zone at Cloudflare."
  type        = string
}

variable "account_id" {
  description = "Of the account that the zone is in: the Worker belongs to it."
  type        = string
}

variable "domain" {
  description = "What PUBLIC_URL of the gateway names."
  type        = string
  default     = "gigsta.nz"
}

variable "plan" {
  description = "Cloudflare's plan of the zone: free, pro, business or enterprise. What a plan has not is left out."
  type        = string
  default     = "free"

  validation {
    condition     = contains(["free", "pro", "business", "enterprise"], var.plan)
    error_message = "It is free, pro, business or enterprise."
  }
}

variable "proxied" {
  description = "Whether names lead through Cloudflare. False until Vercel and Render have made their certificates for them."
  type        = bool
  default     = true
}

variable "web_origin" {
  description = "What Vercel says that the domain is to point at."
  type        = string
  default     = "cname.vercel-dns.com"
}

variable "gateway_origin" {
  description = "Where Render serves the gateway."
  type        = string
  default     = "gigsta-gateway.onrender.com"
}

variable "origin_secret" {
  description = "The same as ORIGIN_SECRET of the gateway: it refuses what does not carry it, and believes CF-Connecting-IP of what does."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.origin_secret) >= 32
    error_message = "At least 32 characters: `openssl rand -hex 32`."
  }
}

variable "mail_records" {
  description = "What the mail server asks for: SPF, DKIM, DMARC, and who takes mail for SUPPORT_EMAIL. `@` is the domain itself."
  type = list(object({
    name     = string
    type     = string
    content  = string
    priority = optional(number)
  }))
  # Nothing: a DMARC record before SPF and DKIM are there has every mail of ours refused.
  default = []

  validation {
    condition     = alltrue([for record in var.mail_records : contains(["TXT", "CNAME", "MX"], record.type)])
    error_message = "Each is of type TXT, CNAME or MX."
  }
}
