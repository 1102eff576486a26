// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What things cost: NXQ in dollars per period, instance kinds in dollars an hour.
interface IPrices {
    struct Kind {
        bytes32 name;
        /// Micro-USD an hour; 0: not offered.
        uint40 microUsdPerHour;
        /// Since when the kind has this price.
        uint40 since;
    }

    event Quoted(address indexed signer, uint256 weiPerMicroUsd);
    event PriceFixed(uint256 indexed period, uint256 weiPerMicroUsd);
    event KindListed(uint32 indexed kind, bytes32 indexed name, uint256 microUsdPerHour);
    event SignerAdded(address indexed signer);
    event SignerRemoved(address indexed signer);
    event QuotesNeededChanged(uint256 quotesNeeded);
    event PriceStepChanged(uint256 stepBps);

    error PricesCallerNotSigner(address caller);
    error PricesQuoteInvalid(uint256 weiPerMicroUsd);
    error PricesPeriodUnknown(uint256 period, uint256 current);
    error PricesTimeUnknown(uint256 time);
    error PricesKindInvalid(uint32 kind);
    error PricesSignerKnown(address signer);
    error PricesSignerUnknown(address signer);
    error PricesSignersOutOfRange(uint256 signers, uint256 quotesNeeded);
    error PricesStepOutOfRange(uint256 stepBps);

    /// @notice Fixes the price of every period that has started since the last call.
    /// @custom:caller anyone
    /// @custom:changes the prices of missed periods
    /// @return price of the running period, in wei per micro-USD
    /// @return firm whether it may sell keys and open leases
    function fill() external returns (uint256 price, bool firm);

    /// @notice Says what a millionth of a dollar buys; counts at the start of later periods for an hour.
    /// @custom:caller a price signer
    /// @custom:changes the signer's quote
    function quote(uint256 weiPerMicroUsd) external;

    /// @notice Lists an instance kind or changes its price; 0 takes it off the list.
    /// @custom:caller owner
    /// @custom:changes the price of leases opened from now on
    function listKind(uint32 kind, bytes32 name, uint40 microUsdPerHour) external;

    /// @notice Adds a price signer; quotes needed must stay a majority.
    /// @custom:caller owner
    /// @custom:changes the set of signers
    function addSigner(address signer) external;

    /// @notice Removes a price signer, down to the network's least number.
    /// @custom:caller owner
    /// @custom:changes the set of signers; the signer's quote is dropped
    function removeSigner(address signer) external;

    /// @notice Sets how many fresh quotes fix a price: a majority of the signers at least.
    /// @custom:caller owner
    /// @custom:changes quotes needed
    function setQuotesNeeded(uint256 quotesNeeded) external;

    /// @notice Sets the largest move a period, 500 to 5,000 basis points.
    /// @custom:caller owner
    /// @custom:changes the price step
    function setStep(uint256 stepBps) external;

    /// @notice Price of a period that has started, in wei per micro-USD: a multiple of 3,600.
    function weiPerMicroUsd(uint256 period) external view returns (uint256);

    /// @notice Price of the running period, in wei per micro-USD.
    function currentPrice() external view returns (uint256);

    /// @notice The running sum of price × seconds from genesis to `time`; a time ahead counts at the price of now.
    function integralAt(uint256 time) external view returns (uint256);

    /// @notice Whether the running period's price was neither cut by the step nor is older than 2 days.
    function isFirm() external view returns (bool);

    function kind(uint32 id) external view returns (Kind memory);

    /// @notice What leases need of a kind: its price, in micro-USD an hour, and since when it has it.
    function rateOf(uint32 id) external view returns (uint256 microUsdPerHour, uint256 since);

    /// @notice When a kind ceased to cost this, in micro-USD an hour; 0 while it does, or when it never did.
    function rateEndedAt(uint32 id, uint40 microUsdPerHour) external view returns (uint256);

    function quoteOf(address signer) external view returns (uint256 weiPerMicroUsd, uint256 quotedAt);

    function signers() external view returns (address[] memory);
}
