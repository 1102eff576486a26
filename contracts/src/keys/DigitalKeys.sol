// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC721Upgradeable } from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Governed } from "../base/Governed.sol";
import { System } from "../base/System.sol";
import { DeviceStatus, IDevices } from "../devices/IDevices.sol";
import { IPrices } from "../prices/IPrices.sol";
import { IDigitalKeys } from "./IDigitalKeys.sol";
import { KeyImage } from "./KeyImage.sol";

/// @title Licence keys: one key activates one device.
/// @dev An ERC-721 token that any wallet can hold and send. Keys 1 to `foundingKeys` are founding keys.
contract DigitalKeys is IDigitalKeys, ERC721Upgradeable, Governed, ReentrancyGuardTransient {
    struct FoundingGrant {
        address holder;
        uint16 count;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.DigitalKeys
    struct DigitalKeysStorage {
        uint64 microUsdPrice;
        uint64 foundingKeys;
        uint64 supply;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.DigitalKeys")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant DIGITAL_KEYS_STORAGE =
        0x4d52a4df3182f53e21905facce0ef277101141f50e3a06c5b15fd36f04bae200;

    /// @dev A million dollars: far past any use, and its price in wei overflows nothing.
    uint256 private constant MAX_PRICE = 1e12;

    IDevices private constant DEVICES = IDevices(System.DEVICES);
    IPrices private constant PRICES = IPrices(System.PRICES);

    function initialize(address owner_, uint256 microUsd, FoundingGrant[] calldata grants)
        external
        initializer
    {
        __Ownable_init(owner_);
        __ERC721_init("NexQloud Digital Key", "NXQKEY");
        _setPrice(microUsd);
        for (uint256 i = 0; i < grants.length; ++i) {
            for (uint256 j = 0; j < grants[i].count; ++j) {
                _mintNext(grants[i].holder);
            }
        }
        _digitalKeys().foundingKeys = _digitalKeys().supply;
    }

    /// @inheritdoc IDigitalKeys
    function buy(address owner_) external payable nonReentrant returns (uint256 key) {
        (uint256 weiPerMicroUsd, bool firm) = PRICES.fill();
        if (!firm) revert DigitalKeysNotForSale();
        uint256 price = weiPerMicroUsd * _digitalKeys().microUsdPrice;
        if (msg.value < price) revert DigitalKeysUnderpaid(msg.value, price);
        key = _mintNext(owner_);
        emit KeyBought(key, owner_, price);
        if (!_send(System.TREASURY, price)) revert DigitalKeysPaymentRefused(System.TREASURY, price);
        uint256 rest = msg.value - price;
        if (rest > 0 && !_send(msg.sender, rest)) revert DigitalKeysRefundRefused(msg.sender, rest);
    }

    /// @inheritdoc IDigitalKeys
    function setPrice(uint256 microUsd) external onlyOwner {
        _setPrice(microUsd);
        emit KeyPriceChanged(microUsd);
    }

    /// @inheritdoc IDigitalKeys
    function microUsdPrice() external view returns (uint256) {
        return _digitalKeys().microUsdPrice;
    }

    /// @inheritdoc IDigitalKeys
    function weiPrice() external view returns (uint256) {
        return PRICES.currentPrice() * _digitalKeys().microUsdPrice;
    }

    /// @inheritdoc IDigitalKeys
    function isFounding(uint256 key) public view returns (bool) {
        return key != 0 && key <= _digitalKeys().foundingKeys;
    }

    /// @inheritdoc IDigitalKeys
    function totalSupply() external view returns (uint256) {
        return _digitalKeys().supply;
    }

    /// @notice Name, image and attributes of a key, as a `data:` URI.
    function tokenURI(uint256 key) public view override returns (string memory) {
        _requireOwned(key);
        uint32 device = DEVICES.deviceOfKey(key);
        DeviceStatus status = device == 0 ? DeviceStatus.None : DEVICES.device(device).status;
        return KeyImage.uri(KeyImage.Facts(key, isFounding(key), device, status));
    }

    /// @dev A founding key stays where it is; any other takes its device along, suspended.
    function _update(address to, uint256 key, address auth) internal override returns (address from) {
        from = super._update(to, key, auth);
        if (from == address(0)) return from;
        if (isFounding(key)) revert DigitalKeysFounding(key);
        DEVICES.keyTransferred(key, to);
    }

    function _setPrice(uint256 microUsd) private {
        if (microUsd == 0 || microUsd > MAX_PRICE) revert DigitalKeysPriceInvalid(microUsd);
        _digitalKeys().microUsdPrice = uint64(microUsd);
    }

    function _mintNext(address to) private returns (uint256 key) {
        key = ++_digitalKeys().supply;
        _mint(to, key);
    }

    function _send(address to, uint256 amount) private returns (bool sent) {
        (sent,) = to.call{ value: amount }("");
    }

    function _digitalKeys() private pure returns (DigitalKeysStorage storage $) {
        assembly {
            $.slot := DIGITAL_KEYS_STORAGE
        }
    }
}
