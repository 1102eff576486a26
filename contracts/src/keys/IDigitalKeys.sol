// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Licence keys: one key activates one device.
/// @dev An ERC-721 token whose number is the key's id, counted from 1. Founding keys cannot be transferred.
interface IDigitalKeys {
    event KeyBought(uint256 indexed key, address indexed owner, uint256 paid);
    event KeyPriceChanged(uint256 microUsd);

    error DigitalKeysNotForSale();
    error DigitalKeysUnderpaid(uint256 paid, uint256 price);
    error DigitalKeysPaymentRefused(address to, uint256 amount);
    error DigitalKeysRefundRefused(address buyer, uint256 amount);
    error DigitalKeysFounding(uint256 key);
    error DigitalKeysPriceInvalid(uint256 microUsd);

    /// @notice Mints a key to `owner` at the governed price and returns what was paid too much to the caller.
    /// @custom:caller anyone
    /// @custom:changes mints a key; its price goes to the treasury
    function buy(address owner) external payable returns (uint256 key);

    /// @notice Sets the price of a key, in micro-USD, above 0.
    /// @custom:caller owner
    /// @custom:changes the price of keys sold from now on
    function setPrice(uint256 microUsd) external;

    /// @notice Price of a key, in micro-USD.
    function microUsdPrice() external view returns (uint256);

    /// @notice Price of a key at this period's price of NXQ, in wei.
    function weiPrice() external view returns (uint256);

    /// @notice Whether `key` is one of the founding keys, which cannot be sold.
    function isFounding(uint256 key) external view returns (bool);

    /// @notice How many keys there are.
    function totalSupply() external view returns (uint256);
}
