namespace CustomerIo.Connector;
