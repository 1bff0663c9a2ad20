// Types of <pay-pane>, version 1. Served as /embed/v1/pay-pane.d.ts; keep a copy beside your sources.
// What each thing does: docs/embedding.md.

export type PayPaneView = "pay" | "cards" | "agreements" | "plan" | "receipts" | "desk";

/** How the pages look. Colours are any opaque CSS colour, sizes pixels as "18px". */
export interface PayPaneAppearance {
  colorPrimary?: string;
  colorOnPrimary?: string;
  colorBackground?: string;
  colorSurface?: string;
  colorText?: string;
  colorTextMuted?: string;
  colorBorder?: string;
  colorDanger?: string;
  colorSuccess?: string;
  colorFocus?: string;
  /** Names of the list in docs/embedding.md, separated by commas. */
  fontFamily?: string;
  /** 16px to 24px. */
  fontSizeBase?: string;
  /** 1.3 to 2. */
  lineHeight?: string | number;
  /** 4px to 12px. */
  spaceUnit?: string;
  /** 0px to 24px. */
  radius?: string;
  /** 44px to 72px. */
  controlHeight?: string;
}

export type PayPaneErrorCode =
  | "launch_used"
  | "launch_expired"
  | "launch_refused"
  | "launch_failed"
  | "launch_slow"
  | "cookies_refused"
  | "unavailable"
  | "server_error"
  | "not_found"
  | "request_refused"
  | "frame_blocked"
  | "same_origin"
  | "token_failed"
  | "token_slow";

/** What each event tells. All of them are hints: book money by what your server is told. */
export interface PayPaneDetails {
  ready: { view: PayPaneView; locale: string; testMode: boolean };
  resize: { height: number };
  step: { step: "amount" | "card" | "result" };
  focusout: { direction: "forward" | "backward" };
  submitting: { attempt: string };
  /** "cancelled" follows "not_sent" and says the same. */
  outcome: { status: "taken" | "declined" | "unknown" | "not_sent" | "cancelled"; attempt: string; reference?: string };
  changed: { what: "cards" | "agreements" | "plans" | "balance" };
  session: { state: "expiring" | "renewed" | "expired" | "finished"; seconds?: number };
  kept: Record<string, never>;
  error: { code: PayPaneErrorCode; supportId: string; retryable: boolean };
}

type Named = { [Name in keyof PayPaneDetails as `pp:${Name}` | `pp${Name}`]: CustomEvent<PayPaneDetails[Name]> };

/** Each event has two names, with a colon and without. Listen to one. */
export interface PayPaneEventMap extends Named {}

export interface PayPaneElement extends HTMLElement {
  /** Settles with what pp:ready tells, or is rejected with the code of the error that came instead. */
  readonly ready: Promise<PayPaneDetails["ready"]>;
  appearance: PayPaneAppearance;
  setAppearance(appearance?: PayPaneAppearance): void;
  setLocale(locale: string): void;
  refresh(): void;
  renew(token?: string): Promise<void>;
  close(): void;
  addEventListener<Name extends keyof PayPaneEventMap>(
    name: Name,
    listener: (this: PayPaneElement, event: PayPaneEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof PayPaneEventMap>(
    name: Name,
    listener: (this: PayPaneElement, event: PayPaneEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(name: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** The attributes, as templates write them: declare module "react" { namespace JSX { interface IntrinsicElements { "pay-pane": PayPaneAttributes } } } */
export interface PayPaneAttributes {
  "token-url"?: string;
  "launch-token"?: string;
  view?: PayPaneView;
  label?: string;
  "min-height"?: number | string;
  locale?: string;
  "color-scheme"?: "auto" | "light" | "dark";
  appearance?: string | PayPaneAppearance;
  "heading-level"?: 1 | 2 | 3 | 4 | 5 | 6 | "1" | "2" | "3" | "4" | "5" | "6";
  fallback?: "link" | "redirect" | "none";
  "auto-scroll"?: "step" | "off";
}

declare global {
  interface HTMLElementTagNameMap {
    "pay-pane": PayPaneElement;
  }
  interface GlobalEventHandlersEventMap extends PayPaneEventMap {}
}
