/**
 * Made-up secrets of every form, one maker for each rule in the table's order.
 *
 * @module
 */

const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX = "0123456789abcdef";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** A repeatable source of characters. */
export function randomText(seed: number): (length: number, alphabet?: string) => string {
  let state = seed >>> 0 || 1;
  return (length, alphabet = ALNUM) => {
    let text = "";
    while (text.length < length) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      text += alphabet[(state >>> 8) % alphabet.length];
    }
    return text;
  };
}

type Maker = (text: (length: number, alphabet?: string) => string) => string;

/** What is secret in a sample, and the text around it that its rule needs. */
export interface Sample {
  rule: string;
  secret: string;
  /** The secret as it appears. */
  text: string;
}

const makers: [rule: string, maker: Maker, around?: (secret: string) => string][] = [
  [
    "private-key",
    (t) =>
      `-----BEGIN RSA PRIVATE KEY-----\n${t(64)}\n${t(64)}\n${
        t(30)
      }==\n-----END RSA PRIVATE KEY-----`,
  ],
  ["anthropic", (t) => `sk-ant-api03-${t(40)}_${t(30)}-${t(8)}AA`],
  ["openai", (t) => `sk-proj-${t(40)}_${t(20)}-${t(20)}`],
  ["openrouter", (t) => `sk-or-v1-${t(64, HEX)}`],
  ["openai", (t) => `sk-${t(48)}`],
  ["google-api", (t) => `AIza${t(35)}`],
  ["google-oauth", (t) => `ya29.${t(60)}`],
  ["google-oauth", (t) => `GOCSPX-${t(28)}`],
  ["hugging-face", (t) => `hf_${t(34)}`],
  ["groq", (t) => `gsk_${t(52)}`],
  ["xai", (t) => `xai-${t(80)}`],
  ["replicate", (t) => `r8_${t(37)}`],
  ["perplexity", (t) => `pplx-${t(48)}`],
  ["langsmith", (t) => `lsv2_pt_${t(32, HEX)}_${t(10, HEX)}`],
  ["github", (t) => `github_pat_${t(22)}_${t(59)}`],
  ["github", (t) => `ghp_${t(36)}`],
  ["gitlab", (t) => `glpat-${t(20)}`],
  ["npm", (t) => `npm_${t(36)}`],
  ["pypi", (t) => `pypi-AgEIcHlwaS5vcmc${t(60)}`],
  ["docker", (t) => `dckr_pat_${t(27)}`],
  ["aws-key-id", (t) => `AKIA${t(16, UPPER)}`],
  [
    "azure-account",
    (t) => `${t(86)}==`,
    (s) => `AccountName=acme;AccountKey=${s};EndpointSuffix=x`,
  ],
  [
    "azure-sas",
    (t) => `${t(43)}%3D`,
    (s) => `https://acme.blob.core.windows.net/c?sv=2024&sig=${s}`,
  ],
  ["digitalocean", (t) => `dop_v1_${t(64, HEX)}`],
  ["hashicorp", (t) => `hvs.${t(90)}`],
  ["databricks", (t) => `dapi${t(32, HEX)}`],
  ["planetscale", (t) => `pscale_tkn_${t(43)}`],
  ["supabase", (t) => `sbp_${t(40, HEX)}`],
  ["doppler", (t) => `dp.pt.${t(43)}`],
  ["age", (t) => `AGE-SECRET-KEY-1${t(58, UPPER)}`],
  ["slack", (t) => `xoxb-${t(12, "0123456789")}-${t(12, "0123456789")}-${t(24)}`],
  ["slack", (t) => `xapp-1-${t(11, UPPER)}-${t(13, "0123456789")}-${t(64, HEX)}`],
  [
    "slack-webhook",
    (t) => `T${t(8, UPPER)}/B${t(10, UPPER)}/${t(24)}`,
    (s) => `https://hooks.slack.com/services/${s}`,
  ],
  [
    "discord-webhook",
    (t) => t(68),
    (s) => `https://discord.com/api/webhooks/112233445566778899/${s}`,
  ],
  ["telegram", (t) => `${t(10, "123456789")}:AA${t(33)}`],
  ["stripe", (t) => `sk_live_${t(24)}`],
  ["stripe", (t) => `whsec_${t(32)}`],
  ["sendgrid", (t) => `SG.${t(22)}.${t(43)}`],
  ["twilio", (t) => `SK${t(32, HEX)}`],
  ["mailgun", (t) => `key-${t(32, HEX)}`],
  ["shopify", (t) => `shpat_${t(32, HEX)}`],
  ["notion", (t) => `ntn_${t(46)}`],
  ["linear", (t) => `lin_api_${t(40)}`],
  ["postman", (t) => `PMAK-${t(24, HEX)}-${t(34, HEX)}`],
  ["grafana", (t) => `glsa_${t(32)}_${t(8, HEX)}`],
  ["sentry", (t) => `sntrys_${t(80)}`],
  ["new-relic", (t) => `NRAK-${t(27, UPPER)}`],
  ["jwt", (t) => `eyJ${t(30)}.eyJ${t(50)}.${t(43)}`],
  ["bearer", (t) => `${t(30)}9.${t(10)}`, (s) => `Authorization: Bearer ${s}`],
  ["basic", (t) => btoa(`deploy:${t(14)}`), (s) => `authorization: Basic ${s}`],
  ["url-password", (t) => t(14), (s) => `postgres://app:${s}@db.internal:5432/shop`],
];

/** One sample of each rule, in the table's order. */
export function samples(seed: number): Sample[] {
  const text = randomText(seed);
  return makers.map(([rule, make, around]) => {
    const secret = make(text);
    return { rule, secret, text: around ? around(secret) : secret };
  });
}
