/**
 * What model calls cost, by the built-in prices.
 *
 * @module
 */

import type { LlmRequest, LlmUsage } from "../format/mod.ts";
import type { Cost, PricedCall } from "./llm_types.ts";
import { priceRows, priceSource, priceVersion } from "./price_data.ts";

/** A price for a million tokens, then pairs: above so many input tokens, that price. */
type Price = number | number[] | null;

/** From a day on (empty: always): input, output, cache read, cache write, cache write for an hour. */
type DatedPrices = [from: string, ...Price[]];

type Row = [provider: string, names: string[], prices: DatedPrices[], otherMedia?: 1];

/** A model's row, ready to be looked up. */
interface PricedModel {
  fits: ((model: string) => boolean)[];
  prices: DatedPrices[];
  otherMedia: boolean;
}

/** Longest model name that is looked up, in UTF-16 units: expressions are run on it. */
const modelLengthMax = 200;

const TOKENS = 1_000_000;

/** How others call the providers that have prices, and whose models a host serves under its name. */
const PROVIDERS: [RegExp, string[]][] = [
  [/azure/, ["openai", "anthropic", "deepseek", "x-ai"]],
  [/vertex|gemini|google|gcp/, ["google", "anthropic"]],
  [/anthropic|^claude/, ["anthropic"]],
  [/^openai(\.|$)/, ["openai"]],
  [/^mistral/, ["mistral"]],
  [/^groq/, ["groq"]],
  [/^deepseek/, ["deepseek"]],
  [/^x-?ai(\.|$)/, ["x-ai"]],
  [/^cohere/, ["cohere"]],
  [/^perplexity/, ["perplexity"]],
];

let table: Map<string, PricedModel[]> | undefined;

/**
 * What a call's tokens cost by the built-in prices: text of the main providers. Fees for a
 * provider's own tools are not in it.
 *
 * @returns null where the provider, the model or the token counts are unknown, or where the request
 * holds other media whose tokens cost otherwise.
 */
export function builtInPrice(call: PricedCall): Cost | null {
  const { usage, request, started_at } = call;
  const model = findModel(call.provider.toLowerCase(), call.model.toLowerCase());
  if (!model || (model.otherMedia && holdsMedia(request))) return null;
  const day = new Date(started_at).toISOString().slice(0, 10);
  const prices = model.prices.filter(([from]) => from <= day).at(-1);
  const cost_usd = prices && costOf(usage, prices);
  return cost_usd === undefined
    ? null
    : { cost_usd, price: { source: priceSource, version: priceVersion } };
}

function costOf(usage: LlmUsage, [, ...prices]: DatedPrices): number | undefined {
  const { input_tokens: input, output_tokens: output } = usage;
  if (input === undefined || output === undefined) return undefined;
  const read = usage.cache_read_input_tokens ?? 0;
  const write = usage.cache_creation_input_tokens ?? 0;
  const writeHour = Math.min(write, usage.cache_creation_1h_input_tokens ?? 0);
  const at = (index: number) => priceAt(prices[index] ?? null, input);
  const inputPrice = at(0);
  const outputPrice = at(1);
  if (inputPrice === undefined || (output > 0 && outputPrice === undefined)) return undefined;
  const writePrice = at(3) ?? inputPrice;
  const sum = Math.max(0, input - read - write) * inputPrice +
    read * (at(2) ?? inputPrice) +
    (write - writeHour) * writePrice +
    writeHour * (at(4) ?? writePrice) +
    output * (outputPrice ?? 0);
  // Whole nanodollars: the rest is noise of the arithmetic.
  return Math.round(sum / TOKENS * 1e9) / 1e9;
}

/** A long input makes all of the request's tokens dearer, not only those above the limit. */
function priceAt(price: Price, inputTokens: number): number | undefined {
  if (price === null) return undefined;
  if (typeof price === "number") return price;
  let found = price[0];
  for (let index = 1; index < price.length; index += 2) {
    if (inputTokens > price[index]!) found = price[index + 1];
  }
  return found;
}

function findModel(provider: string, model: string): PricedModel | undefined {
  if (model.length > modelLengthMax) return undefined;
  const ids = PROVIDERS.find(([pattern]) => pattern.test(provider))?.[1] ?? [];
  const name = model.replace(/^models\//, "");
  table ??= readTable();
  for (const id of ids) {
    const found = table.get(id)?.find(({ fits }) => fits.some((fit) => fit(name)));
    if (found) return found;
  }
  return undefined;
}

function readTable(): Map<string, PricedModel[]> {
  const models = new Map<string, PricedModel[]>();
  for (const line of priceRows.trim().split("\n")) {
    const [provider, names, prices, otherMedia] = JSON.parse(line) as Row;
    const list = models.get(provider) ?? [];
    models.set(provider, list);
    list.push({ fits: names.map(fitOf), prices, otherMedia: otherMedia === 1 });
  }
  return models;
}

function fitOf(name: string): (model: string) => boolean {
  const text = name.slice(1);
  switch (name[0]) {
    case "=":
      return (model) => model === text;
    case "^":
      return (model) => model.startsWith(text);
    case "*":
      return (model) => model.includes(text);
    case "$":
      return (model) => model.endsWith(text);
    default: {
      const pattern = new RegExp(text);
      return (model) => pattern.test(model);
    }
  }
}

/** Whether a request holds anything but text, in the shapes of the providers. */
function holdsMedia(request: LlmRequest): boolean {
  return /"(?:input_audio|audio|modalities|inline_?data|file_?data|image_url|input_image|image)"/i
    .test(JSON.stringify(request));
}
