/**
 * Secrets that can be told by their own form: issuers give their tokens fixed prefixes and lengths.
 *
 * @module
 */

import { isPlaceholder } from "./placeholder.ts";
import { anchorBefore } from "./anchor.ts";
import { begins, prefixed, token, type TokenRule } from "./token_rule.ts";
import { vendorTokens } from "./vendor_tokens.ts";

/** Base64 of `name:password`, and not the word after "Basic". */
function isBasicCredential(text: string): boolean {
  try {
    return /^\P{Cc}*:\P{Cc}*$/u.test(atob(text));
  } catch {
    return false;
  }
}

const hasDigit = (text: string): boolean => /\d/.test(text);

/** The rules, in the order in which they run: a longer prefix before its own beginning. */
export const tokenRules: readonly TokenRule[] = [
  {
    name: "private-key",
    anchors: ["private key"],
    // Without its end (a cut line) a key is still a key: then everything that looks like Base64.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:[A-Za-z0-9+/=:,.()\s]|-(?!-)|\\+[nrt]){0,16384}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:[A-Za-z0-9+/=\s]|\\+[nrt]){0,65536})/g,
  },
  // Model providers
  prefixed("anthropic", "sk-ant-", "[A-Za-z0-9_-]{16,}"),
  token(
    "openai",
    ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"],
    "sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{16,}",
  ),
  token("openrouter", "sk-or-", "sk-or-v\\d-[A-Za-z0-9]{16,}"),
  token("openai", anchorBefore("sk-", 12), `${begins("sk-")}[A-Za-z0-9]{20,}`),
  prefixed("google-api", "AIza", "[A-Za-z0-9_-]{35}"),
  prefixed("google-oauth", "ya29.", "[A-Za-z0-9_-]{20,}"),
  prefixed("google-oauth", "GOCSPX-", "[A-Za-z0-9_-]{20,}"),
  token("hugging-face", anchorBefore("hf_", 12), `${begins("hf_")}[A-Za-z0-9]{30,}`),
  token("groq", "gsk_", `${begins("gsk_")}[A-Za-z0-9]{30,}`),
  token("xai", anchorBefore("xai-", 12), `${begins("xai-")}[A-Za-z0-9]{30,}`),
  token("replicate", anchorBefore("r8_", 12), `${begins("r8_")}[A-Za-z0-9]{30,}`),
  token("perplexity", "pplx-", `${begins("pplx-")}[A-Za-z0-9]{30,}`),
  token("langsmith", ["lsv2_"], "lsv2_(?:pt|sk)_[A-Za-z0-9]{20,}(?:_[A-Za-z0-9]{4,})?"),
  // Code hosts and package registries
  prefixed("github", "github_pat_", "[A-Za-z0-9_]{20,}"),
  token("github", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "gh[pousr]_[A-Za-z0-9]{30,}"),
  token(
    "gitlab",
    [
      ...["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-", "glft-", "glimt-"],
      ...["gloas-", "glagent-", "glffct-"],
    ],
    "gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|oas|agent|ffct)-[A-Za-z0-9_-]{20,}",
  ),
  token("npm", anchorBefore("npm_", 12), `${begins("npm_")}[A-Za-z0-9]{36}`),
  prefixed("pypi", "pypi-AgE", "[A-Za-z0-9_-]{30,}"),
  prefixed("docker", "dckr_pat_", "[A-Za-z0-9_-]{20,}"),
  // Clouds
  token("aws-key-id", ["AKIA", "ASIA"], `${begins("A[KS]IA")}[A-Z0-9]{16}(?![A-Za-z0-9])`),
  token(
    "azure-account",
    ["AccountKey=", "SharedAccessKey="],
    keyValue("(?:Account|SharedAccess)Key"),
  ),
  token("azure-sas", "sig=", "[?&;]sig=(?<secret>[A-Za-z0-9%+/]{40,}(?:=|%3[Dd])*)"),
  token(
    "digitalocean",
    ["dop_v1_", "doo_v1_", "dor_v1_"],
    "do[opr]_v1_[a-f0-9]{64}",
  ),
  token("hashicorp", ["hvs.", "hvb."], `${begins("hv[sb]\\.")}[A-Za-z0-9_-]{24,}`),
  token("databricks", anchorBefore("dapi", 12), `${begins("dapi")}[a-f0-9]{32}`),
  prefixed("planetscale", "pscale_", "(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}"),
  prefixed("supabase", "sbp_", "[a-f0-9]{40}"),
  token(
    "doppler",
    ["dp.pt.", "dp.ct.", "dp.sa.", "dp.st.", "dp.scim.", "dp.audit."],
    "dp\\.(?:pt|ct|sa|st|scim|audit)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,}",
  ),
  prefixed("age", "AGE-SECRET-KEY-1", "[A-Z0-9]{50,}"),
  // Services
  token(
    "slack",
    ["xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-", "xoxc-", "xoxd-"],
    "xox[abceprsd]-[A-Za-z0-9%-]{10,}",
  ),
  prefixed("slack", "xapp-", "\\d-[A-Za-z0-9-]{20,}"),
  token(
    "slack-webhook",
    "hooks.slack.com",
    "hooks\\.slack\\.com/(?:services|workflows|triggers)/(?<secret>[A-Za-z0-9/_-]{20,})",
  ),
  token(
    "discord-webhook",
    "/webhooks/",
    "discord(?:app)?\\.com/api/(?:v\\d+/)?webhooks/\\d{10,20}/(?<secret>[A-Za-z0-9_-]{40,})",
  ),
  token("telegram", ":AA", "(?<![0-9])\\d{8,10}:AA[A-Za-z0-9_-]{33}"),
  token("stripe", ["_live_", "_test_"], `${begins("(?:sk|rk)_(?:live|test)_")}[A-Za-z0-9]{16,}`),
  prefixed("stripe", "whsec_", "[A-Za-z0-9+/]{24,}={0,2}"),
  token("sendgrid", "SG.", `${begins("SG\\.")}[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{30,64}`),
  token(
    "twilio",
    [..."0123456789abcdef"].map((digit) => anchorBefore("SK" + digit, 12)),
    `${begins("SK")}[0-9a-f]{32}(?![0-9a-fA-F])`,
  ),
  token("mailgun", anchorBefore("key-", 12), `${begins("key-")}[0-9a-f]{32}(?![0-9a-fA-F])`),
  token("shopify", ["shpat_", "shpca_", "shppa_", "shpss_"], "shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
  token("notion", anchorBefore("ntn_", 12), `${begins("ntn_")}[A-Za-z0-9]{40,}`),
  token("linear", ["lin_api_", "lin_oauth_"], "lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
  prefixed("postman", "PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"),
  token("grafana", ["glsa_", "glc_"], `${begins("(?:glsa|glc)_")}[A-Za-z0-9_+/]{32,}={0,2}`),
  token("sentry", ["sntrys_", "sntryu_"], "sntry[su]_[A-Za-z0-9_+/=-]{40,}"),
  prefixed("new-relic", "NRAK-", "[A-Z0-9]{27}"),
  ...vendorTokens,
  // Forms that no one issuer owns
  token(
    "jwt",
    "eyJ",
    begins("eyJ", "A-Za-z0-9_-") +
      "[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*){1,3}",
  ),
  {
    name: "bearer",
    anchors: ["bearer"],
    pattern: /\bbearer(?: |%20|\+)(?<secret>[A-Za-z0-9._~+/-]{12,}=*)/gi,
    accept: hasDigit,
  },
  {
    name: "basic",
    anchors: ["basic "],
    pattern: /\bbasic (?<secret>[A-Za-z0-9+/]{6,}={0,2})/gi,
    accept: isBasicCredential,
  },
  {
    name: "url-password",
    anchors: ["://"],
    pattern:
      /:\/\/(?!\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]@)[^\s:/?#@"'<>`]{0,128}:(?<secret>[^\s/?#"'<>`]+)(?=@(?!sha\d+:))/g,
    accept: (secret) => !isPlaceholder(secret),
  },
  {
    // `https://<token>@host/`: a token in a user's place.
    name: "url-user",
    anchors: ["://"],
    pattern: /:\/\/(?<secret>[A-Za-z0-9_~.-]{20,255})(?=@[A-Za-z0-9])/g,
    accept: (secret) => /\d[^@]*\d[^@]*\d/.test(secret) && /[A-Za-z]{1}/.test(secret),
  },
  {
    name: "url-signature",
    anchors: ["signature="],
    pattern:
      /[?&](?:X-(?:Amz|Goog)-)?Signature=(?<secret>[A-Za-z0-9%+/_~-]{24,}(?:=|%3[Dd]){0,2})/g,
  },
];

function keyValue(name: string): string {
  return `${name}=(?<secret>[A-Za-z0-9+/]{40,}={0,2})`;
}
