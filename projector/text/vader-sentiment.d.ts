/** The part of `vader-sentiment` that is used: it comes as CommonJS and without types. */
declare module 'vader-sentiment' {
  const vader: {
    SentimentIntensityAnalyzer: {
      /** Scores one text; `compound` is −1 to 1 with up to four decimals. */
      polarity_scores(text: string): { compound: number };
    };
  };
  export default vader;
}
