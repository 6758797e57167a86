/**
 * Made-up secrets of every form, one maker for each rule in the table's order.
 *
 * @module
 */

const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX = "0123456789abcdef";
const LETTERS = ALNUM.slice(0, 52);
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

function uuid(text: Parameters<Maker>[0]): string {
  return [8, 4, 4, 4, 12].map((length) => text(length, HEX)).join("-");
}

const vendorMakers: [rule: string, maker: Maker][] = [
  ["nvidia", (t) => `nvapi-${t(64)}`],
  ["cerebras", (t) => `csk-${t(48)}`],
  ["fireworks", (t) => `fw_${t(24)}`],
  ["elevenlabs", (t) => `sk_${t(48, HEX)}`],
  ["langfuse", (t) => `sk-lf-${uuid(t)}`],
  ["tavily", (t) => `tvly-${t(32)}`],
  ["pinecone", (t) => `pcsk_${t(70)}`],
  ["jina", (t) => `jina_${t(60)}`],
  ["firecrawl", (t) => `fc-${t(32, HEX)}`],
  ["e2b", (t) => `e2b_${t(40, HEX)}`],
  ["hugging-face", (t) => `api_org_${t(34, LETTERS)}`],
  ["aws-bedrock", (t) => `ABSK${t(128)}`],
  ["bitbucket", (t) => `ATBB${t(32)}`],
  ["atlassian", (t) => `ATATT3${t(186)}`],
  ["trello", (t) => `ATTA${t(64, HEX)}`],
  ["artifactory", (t) => `AKCp${t(69)}`],
  ["artifactory", (t) => `cmVmd${t(59)}`],
  ["azure-devops", (t) => `${t(76)}AZDO${t(4)}`],
  ["buildkite", (t) => `bkua_${t(40, HEX)}`],
  ["circleci", (t) => `CCIPAT_${t(22)}_${t(40, HEX)}`],
  ["clojars", (t) => `CLOJARS_${t(60, HEX)}`],
  ["crates-io", (t) => `cio${t(32)}`],
  ["nuget", (t) => `oy2${t(43, HEX)}`],
  ["rubygems", (t) => `rubygems_${t(48, HEX)}`],
  ["octopus", (t) => `API-${t(26, UPPER)}`],
  ["prefect", (t) => `pnu_${t(36)}`],
  ["pulumi", (t) => `pul-${t(40, HEX)}`],
  ["sonar", (t) => `squ_${t(40, HEX)}`],
  ["sourcegraph", (t) => `sgp_${t(16, HEX)}_${t(40, HEX)}`],
  ["infracost", (t) => `ico-${t(32)}`],
  ["readme", (t) => `rdme_${t(70, HEX)}`],
  ["alibaba", (t) => `LTAI${t(20)}`],
  ["azure-client", (t) => `${t(3)}8Q~${t(34)}`],
  ["cloudflare", (t) => `v1.0-${t(24, HEX)}-${t(146, HEX)}`],
  ["deno-deploy", (t) => `ddp_${t(36)}`],
  ["fly", (t) => `fo1_${t(43)}`],
  ["fly", (t) => `fm2_${t(140)}`],
  ["heroku", (t) => `HRKU-AA${t(58)}`],
  ["neon", (t) => `napi_${t(64, HEX)}`],
  ["netlify", (t) => `nfp_${t(36)}`],
  ["openshift", (t) => `sha256~${t(43)}`],
  ["render", (t) => `rnd_${t(28)}`],
  ["scalingo", (t) => `tk-us-${t(48)}`],
  ["supabase", (t) => `sb_secret_${t(31)}`],
  ["tailscale", (t) => `tskey-auth-${t(17)}-${t(32)}`],
  ["terraform", (t) => `${t(14)}.atlasv1.${t(67)}`],
  ["yandex", (t) => `AQVN${t(36)}`],
  ["harness", (t) => `pat.${t(22)}.${t(24, HEX)}.${t(20)}`],
  ["defined-networking", (t) => `dnkey-${t(26, HEX)}-${t(52, HEX)}`],
  ["clickhouse", (t) => `4b1d${t(38)}`],
  ["1password", (t) => `ops_eyJ${t(260)}`],
  [
    "1password",
    (t) => `A3-${t(6, UPPER)}-${t(11, UPPER)}-${t(5, UPPER)}-${t(5, UPPER)}-${t(5, UPPER)}`,
  ],
  ["adafruit", (t) => `aio_${t(28)}`],
  ["adobe", (t) => `p8e-${t(32)}`],
  ["airtable", (t) => `pat${t(14)}.${t(64, HEX)}`],
  ["brevo", (t) => `xkeysib-${t(64, HEX)}-${t(16)}`],
  ["contentful", (t) => `CFPAT-${t(43)}`],
  ["duffel", (t) => `duffel_live_${t(43)}`],
  ["dynatrace", (t) => `dt0c01.${t(24, UPPER)}.${t(64, UPPER)}`],
  ["easypost", (t) => `EZAK${t(54)}`],
  ["facebook", (t) => `EAAC${t(150)}`],
  ["figma", (t) => `figd_${t(40)}`],
  ["flutterwave", (t) => `FLWSECK_TEST-${t(32, HEX)}-X`],
  ["frameio", (t) => `fio-u-${t(64)}`],
  ["hubspot", (t) => `pat-na1-${uuid(t)}`],
  ["mailchimp", (t) => `${t(32, HEX)}-us12`],
  ["mapbox", (t) => `sk.eyJ${t(70)}.${t(22)}`],
  ["maxmind", (t) => `${t(6)}_${t(29)}_mmk`],
  ["notion", (t) => `secret_${t(43)}`],
  ["plaid", (t) => `access-sandbox-${uuid(t)}`],
  ["posthog", (t) => `phx_${t(43)}`],
  ["resend", (t) => `re_${t(8)}_${t(24)}`],
  ["settlemint", (t) => `sm_pat_${t(16)}`],
  ["shippo", (t) => `shippo_live_${t(40, HEX)}`],
  ["square", (t) => `sq0csp-${t(43)}`],
  ["twitter", (t) => `${"A".repeat(22)}${t(90)}`],
  ["typeform", (t) => `tfp_${t(59)}`],
];

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
  ...vendorMakers,
  ["jwt", (t) => `eyJ${t(30)}.eyJ${t(50)}.${t(43)}`],
  ["bearer", (t) => `${t(30)}9.${t(10)}`, (s) => `Authorization: Bearer ${s}`],
  ["basic", (t) => btoa(`deploy:${t(14)}`), (s) => `authorization: Basic ${s}`],
  ["url-password", (t) => t(14), (s) => `postgres://app:${s}@db.internal:5432/shop`],
  ["url-user", (t) => `a123${t(20)}`, (s) => `git clone https://${s}@git.example/shop.git`],
  [
    "url-signature",
    (t) => t(64, HEX),
    (s) => `https://s3.example/shop/cart.json?X-Amz-Expires=60&X-Amz-Signature=${s}`,
  ],
];

/** One sample of each rule, in the table's order. */
export function samples(seed: number): Sample[] {
  const text = randomText(seed);
  return makers.map(([rule, make, around]) => {
    const secret = make(text);
    return { rule, secret, text: around ? around(secret) : secret };
  });
}
