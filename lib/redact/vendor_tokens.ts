/**
 * Tokens of further issuers, whose prefixes and lengths are public.
 *
 * A prefix of few letters is only taken where no word goes on into it, and with its exact length.
 * A token whose fixed part stands inside begins as many characters in front of it as it must have:
 * what an escape leaves in front of it cannot be told from its own letters.
 *
 * @module
 */

import { anchorBefore } from "./anchor.ts";
import { begins, inside, token, type TokenRule } from "./token_rule.ts";

/** Rules of further issuers. */
export const vendorTokens: readonly TokenRule[] = [
  token("nvidia", "nvapi-", "nvapi-[A-Za-z0-9_-]{60,}"),
  token("cerebras", "csk-", `${begins("csk-")}[A-Za-z0-9]{40,}`),
  token("fireworks", anchorBefore("fw_", 12), `${begins("fw_")}[A-Za-z0-9]{22,32}(?![A-Za-z0-9_])`),
  token("elevenlabs", anchorBefore("sk_", 12), `${begins("sk_")}[a-f0-9]{48}(?![A-Za-z0-9])`),
  token("langfuse", "sk-lf-", "sk-lf-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}"),
  token("tavily", "tvly-", "tvly-(?:dev-|prod-)?[A-Za-z0-9]{20,}"),
  token("pinecone", "pcsk_", "pcsk_[A-Za-z0-9_]{50,}"),
  token("jina", "jina_", `${begins("jina_")}[A-Za-z0-9_-]{50,}`),
  token("firecrawl", anchorBefore("fc-", 12), `${begins("fc-")}[a-f0-9]{32}(?![A-Za-z0-9])`),
  token("e2b", "e2b_", `${begins("e2b_")}[a-f0-9]{40}`),
  token("hugging-face", "api_org_", `${begins("api_org_")}[A-Za-z]{34}`),
  token("aws-bedrock", "ABSK", `${begins("ABSK")}[A-Za-z0-9+/]{109,269}={0,2}`),
  token("bitbucket", "ATBB", `${begins("ATBB")}[A-Za-z0-9]{32}(?![A-Za-z0-9])`),
  token("atlassian", ["ATATT3", "ATCTT3"], `${begins("AT[AC]TT3")}[A-Za-z0-9_=-]{60,}`),
  token("trello", "ATTA", `${begins("ATTA")}[a-f0-9]{64}`),
  token("artifactory", "AKCp", `${begins("AKCp")}[A-Za-z0-9]{69}`),
  token("artifactory", "cmVmd", `${begins("cmVmd")}[A-Za-z0-9]{59}`),
  inside("azure-devops", "AZDO", ["[A-Za-z0-9]{76}", 76], "AZDO", "[A-Za-z0-9]{4}(?![A-Za-z0-9])"),
  token("buildkite", "bkua_", "bkua_[a-f0-9]{40}"),
  token("circleci", ["CCIPAT_", "CCIPRJ_"], "CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}"),
  token("clojars", "CLOJARS_", "CLOJARS_[a-z0-9]{60}"),
  token("crates-io", anchorBefore("cio", 16), `${begins("cio")}[A-Za-z0-9]{32}(?![A-Za-z0-9])`),
  token("nuget", anchorBefore("oy2", 12), `${begins("oy2")}[a-z0-9]{43}(?![A-Za-z0-9])`),
  token("rubygems", "rubygems_", "rubygems_[a-f0-9]{48}"),
  token("octopus", anchorBefore("API-", 12), `${begins("API-")}[A-Z0-9]{26}(?![A-Za-z0-9])`),
  token("prefect", "pnu_", `${begins("pnu_")}[A-Za-z0-9]{36}`),
  token("pulumi", anchorBefore("pul-", 12), `${begins("pul-")}[a-f0-9]{40}`),
  token("sonar", ["squ_", "sqp_", "sqa_"], `${begins("sq[upa]_")}[a-f0-9]{40}`),
  token("sourcegraph", "sgp_", `${begins("sgp_")}(?:[A-Fa-f0-9]{16}_)?[A-Fa-f0-9]{40}`),
  token("infracost", anchorBefore("ico-", 12), `${begins("ico-")}[A-Za-z0-9]{32}(?![A-Za-z0-9-])`),
  token("readme", "rdme_", "rdme_[a-z0-9]{70}"),
  token("alibaba", "LTAI", `${begins("LTAI")}[A-Za-z0-9]{20}(?![A-Za-z0-9])`),
  inside(
    "azure-client",
    [..."0123456789"].map((digit) => `${digit}Q~`),
    ["[A-Za-z0-9_~.]{3}\\d", 4],
    "Q~",
    "[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])",
  ),
  token("cloudflare", "v1.0-", `${begins("v1\\.0-")}[a-f0-9]{24}-[a-f0-9]{146}`),
  token("deno-deploy", ["ddp_", "ddo_", "ddw_"], `${begins("dd[pow]_")}[A-Za-z0-9]{36}`),
  token("fly", "fo1_", `${begins("fo1_")}[A-Za-z0-9_-]{43}`),
  token("fly", ["fm1a_", "fm1r_", "fm2_"], `${begins("fm(?:1[ar]|2)_")}[A-Za-z0-9+/]{100,}={0,3}`),
  token("heroku", "HRKU-", "HRKU-[A-Za-z0-9_-]{36,}"),
  token("neon", "napi_", `${begins("napi_")}[a-z0-9]{60,}`),
  token("netlify", anchorBefore("nfp_", 12), `${begins("nfp_")}[A-Za-z0-9]{36,}`),
  token("openshift", "sha256~", "sha256~[A-Za-z0-9_-]{43}"),
  token("render", anchorBefore("rnd_", 12), `${begins("rnd_")}[A-Za-z0-9]{28,}`),
  token("scalingo", "tk-us-", `${begins("tk-us-")}[A-Za-z0-9_-]{48}`),
  token("supabase", "sb_secret_", "sb_secret_[A-Za-z0-9_-]{20,}"),
  token("tailscale", "tskey-", "tskey-[a-z]{3,10}-[A-Za-z0-9_-]{16,}"),
  inside("terraform", ".atlasv1.", ["[A-Za-z0-9]{14}", 14], ".atlasv1.", "[A-Za-z0-9_=-]{60,70}"),
  token("yandex", "AQVN", `${begins("AQVN")}[A-Za-z0-9_-]{35,38}`),
  token(
    "harness",
    ["pat.", "sat."],
    `${begins("[ps]at\\.")}[A-Za-z0-9_-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}`,
  ),
  token("defined-networking", "dnkey-", "dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}"),
  token("clickhouse", "4b1d", `${begins("4b1d")}[A-Za-z0-9]{38}(?![A-Za-z0-9])`),
  token("1password", "ops_eyJ", "ops_eyJ[A-Za-z0-9+/_-]{200,}={0,3}"),
  token(
    "1password",
    "A3-",
    `${
      begins("A3-")
    }[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}`,
  ),
  token("adafruit", anchorBefore("aio_", 12), `${begins("aio_")}[A-Za-z0-9]{28}(?![A-Za-z0-9])`),
  token("adobe", anchorBefore("p8e-", 12), `${begins("p8e-")}[A-Za-z0-9]{32}(?![A-Za-z0-9])`),
  token("airtable", anchorBefore("pat", 14), `${begins("pat")}[A-Za-z0-9]{14}\\.[a-f0-9]{64}`),
  token("brevo", "xkeysib-", "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
  token("contentful", "CFPAT-", "CFPAT-[A-Za-z0-9_-]{43}"),
  token("duffel", "duffel_", "duffel_(?:test|live)_[A-Za-z0-9_=-]{43}"),
  token("dynatrace", ["dt0c01.", "dt0s01."], "dt0[cs]01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"),
  token("easypost", ["EZAK", "EZTK"], `${begins("EZ[AT]K")}[A-Za-z0-9]{54}`),
  token("facebook", ["EAAM", "EAAC"], `${begins("EAA[MC]")}[A-Za-z0-9]{100,}`),
  token("figma", "figd_", "figd_[A-Za-z0-9_-]{38,}"),
  token("flutterwave", "FLWSECK", "FLWSECK(?:_TEST)?-[a-f0-9]{12,32}-X"),
  token("frameio", "fio-u-", "fio-u-[A-Za-z0-9_=-]{64}"),
  token(
    "hubspot",
    ["pat-na1-", "pat-eu1-", "pat-na2-"],
    "pat-(?:na|eu)\\d-[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}",
  ),
  inside(
    "mailchimp",
    [..."123456789"].map((digit) => `-us${digit}`),
    ["[a-f0-9]{32}", 32],
    "-us",
    "[1-9]\\d?(?![A-Za-z0-9])",
  ),
  token("mapbox", "sk.eyJ", `${begins("sk\\.eyJ")}[A-Za-z0-9_-]{50,}\\.[A-Za-z0-9_-]{20,}`),
  inside("maxmind", "_mmk", ["[A-Za-z0-9]{6}_[A-Za-z0-9]{29}", 36], "_mmk", ""),
  token(
    "notion",
    anchorBefore("secret_", 12),
    `${begins("secret_")}[A-Za-z0-9]{43}(?![A-Za-z0-9])`,
  ),
  token(
    "plaid",
    ["access-sandbox-", "access-development-", "access-production-"],
    "access-(?:sandbox|development|production)-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
  ),
  token("posthog", "phx_", `${begins("phx_")}[A-Za-z0-9]{40,}`),
  token(
    "resend",
    anchorBefore("re_", 6),
    `${begins("re_")}[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,28}(?![A-Za-z0-9_])`,
  ),
  token("settlemint", ["sm_aat_", "sm_pat_", "sm_sat_"], "sm_(?:aat|pat|sat)_[A-Za-z0-9]{16}"),
  token("shippo", "shippo_", "shippo_(?:live|test)_[A-Fa-f0-9]{40}"),
  token("square", ["sq0atp-", "sq0csp-"], "sq0(?:atp|csp)-[A-Za-z0-9_-]{22,60}"),
  token("twitter", "AAAAAAAAAAAAAAAAAAAAAA", `${begins("A{22}")}[A-Za-z0-9%]{80,100}`),
  token("typeform", "tfp_", `${begins("tfp_")}[A-Za-z0-9_.=-]{59}`),
];
