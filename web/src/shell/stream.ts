/** Joins the stream, the cache of answers and the plant's clock for as long as somebody looks. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { system } from "../api/questions.ts";
import { Connection, streamAddress } from "../live/connection.ts";
import { Gathering, useNow } from "../live/now.ts";

/** Hear the stream while the page is shown; ask again for everything once it does not follow on. */
export function useStream(): void {
  const client = useQueryClient();
  useEffect(() => {
    const connection = new Connection(streamAddress(window.location), new Gathering());
    const look = () => (document.hidden ? connection.close() : connection.open());
    const doubt = () => connection.doubt(); // without a network this very machine can still be heard
    const forget = useNow.subscribe((now, before) => {
      if (now.resyncs !== before.resyncs) void client.invalidateQueries();
    });
    document.addEventListener("visibilitychange", look);
    window.addEventListener("online", look);
    window.addEventListener("offline", doubt);
    look();
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("online", look);
      window.removeEventListener("offline", doubt);
      forget();
      connection.close();
    };
  }, [client]);
  useQuery(system); // tells the time at the plant, again whenever somebody comes back
}
