// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC721Metadata } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { System } from "../../src/base/System.sol";
import { DeviceStatus } from "../../src/devices/IDevices.sol";
import { DigitalKeys } from "../../src/keys/DigitalKeys.sol";
import { IDigitalKeys } from "../../src/keys/IDigitalKeys.sol";
import { Fund } from "../../src/treasury/ITreasury.sol";
import { DevicesFixture } from "../devices/DevicesFixture.sol";

/// @dev Buys keys and does something with the change: refuses it, or buys again.
contract Buyer {
    bool private immutable again;

    constructor(bool again_) {
        again = again_;
    }

    function buy(address holder) external payable {
        DigitalKeys(System.DIGITAL_KEYS).buy{ value: msg.value }(holder);
    }

    receive() external payable {
        require(again, "no change");
        DigitalKeys(System.DIGITAL_KEYS).buy{ value: msg.value }(address(this));
    }
}

/// @dev A treasury that takes nothing.
contract Closed { }

/// @title Selling keys, and giving them away.
contract DigitalKeysTest is DevicesFixture {
    function setUp() public {
        setUpNetwork();
    }

    function test_foundingKeysStandInGenesis() public view {
        assertEq(KEYS.totalSupply(), FOUNDING_KEYS, "supply");
        assertEq(KEYS.ownerOf(1), founder, "the first holder");
        assertEq(KEYS.ownerOf(2), founder, "the first holder");
        assertEq(KEYS.ownerOf(3), secondFounder, "the second holder");
        assertEq(KEYS.balanceOf(founder), 2, "how many");
        assertTrue(KEYS.isFounding(1) && KEYS.isFounding(3), "founding");
        assertFalse(KEYS.isFounding(0) || KEYS.isFounding(4), "no others");
        assertEq(KEYS.microUsdPrice(), KEY_PRICE, "price");
        assertEq(KEYS.weiPrice(), KEY_PRICE * PRICE, "price in wei");
    }

    function test_guardsTransferOfAFoundingKeyWhoeverAsks() public {
        bytes memory founding = abi.encodeWithSelector(IDigitalKeys.DigitalKeysFounding.selector, 1);
        vm.startPrank(founder);
        KEYS.approve(alice, 1);
        vm.expectRevert(founding);
        KEYS.transferFrom(founder, alice, 1);
        vm.expectRevert(founding);
        KEYS.safeTransferFrom(founder, alice, 1);
        vm.expectRevert(founding);
        KEYS.transferFrom(founder, founder, 1);
        vm.stopPrank();
        vm.expectRevert(founding);
        vm.prank(alice);
        KEYS.transferFrom(founder, alice, 1);
        assertEq(KEYS.ownerOf(1), founder, "it stays");
    }

    function testFuzz_aKeyCostsItsPriceAndNothingMore(uint256 sent, uint64 microUsd) public {
        microUsd = uint64(bound(microUsd, 1, 1e8));
        vm.prank(owner);
        KEYS.setPrice(microUsd);
        uint256 price = KEYS.weiPrice();
        sent = bound(sent, price, price * 3);
        vm.deal(bob, sent);
        vm.prank(bob);
        uint256 key = KEYS.buy{ value: sent }(alice);
        assertEq(key, FOUNDING_KEYS + 1, "the next number");
        assertEq(KEYS.ownerOf(key), alice, "whoever it was bought for");
        assertEq(bob.balance, sent - price, "the change is the buyer's");
        assertEq(TREASURY.fundOf(Fund.Network), price, "the price is the network's");
        assertEq(System.DIGITAL_KEYS.balance, 0, "nothing stays");
    }

    function test_guardsBuyingForLessThanThePrice() public {
        uint256 price = KEYS.weiPrice();
        vm.deal(bob, price);
        vm.expectRevert(abi.encodeWithSelector(IDigitalKeys.DigitalKeysUnderpaid.selector, price - 1, price));
        vm.prank(bob);
        KEYS.buy{ value: price - 1 }(bob);
    }

    function test_guardsBuyingWhileThePriceOfNxqIsNotFirm() public {
        uint256 price = KEYS.weiPrice();
        vm.warp(GENESIS + 2 days + 2 * PERIOD);
        assertFalse(PRICES.isFirm(), "too old");
        vm.deal(bob, price);
        vm.expectRevert(IDigitalKeys.DigitalKeysNotForSale.selector);
        vm.prank(bob);
        KEYS.buy{ value: price }(bob);
    }

    function test_theNextPeriodsPriceOfNxqCounts() public {
        vm.prank(priceSigner);
        PRICES.quote(PRICE + 36_000);
        assertEq(KEYS.weiPrice(), KEY_PRICE * PRICE, "not yet");
        vm.warp(GENESIS + PERIOD);
        assertEq(KEYS.weiPrice(), KEY_PRICE * (PRICE + 36_000), "now");
        uint256 key = buyKey(alice);
        assertEq(KEYS.ownerOf(key), alice, "bought at it");
        assertEq(TREASURY.fundOf(Fund.Network), KEY_PRICE * (PRICE + 36_000), "paid");
    }

    function test_guardsBuyingForNobody() public {
        uint256 price = KEYS.weiPrice();
        vm.deal(bob, price);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        vm.prank(bob);
        KEYS.buy{ value: price }(address(0));
    }

    function test_aBuyerThatRefusesTheChangeBuysNothing() public {
        Buyer buyer = new Buyer(false);
        uint256 price = KEYS.weiPrice();
        vm.deal(address(this), price + 5);
        vm.expectRevert(
            abi.encodeWithSelector(IDigitalKeys.DigitalKeysRefundRefused.selector, address(buyer), 5)
        );
        buyer.buy{ value: price + 5 }(alice);
        assertEq(KEYS.totalSupply(), FOUNDING_KEYS, "no key");
    }

    function test_nobodyBuysWithinThePurchase() public {
        Buyer buyer = new Buyer(true);
        uint256 price = KEYS.weiPrice();
        vm.deal(address(this), 3 * price);
        vm.expectRevert(
            abi.encodeWithSelector(IDigitalKeys.DigitalKeysRefundRefused.selector, address(buyer), 2 * price)
        );
        buyer.buy{ value: 3 * price }(address(buyer));
    }

    function test_aTreasuryThatRefusesSellsNothing() public {
        vm.etch(System.TREASURY, type(Closed).runtimeCode);
        uint256 price = KEYS.weiPrice();
        vm.deal(bob, price);
        vm.expectRevert(
            abi.encodeWithSelector(IDigitalKeys.DigitalKeysPaymentRefused.selector, System.TREASURY, price)
        );
        vm.prank(bob);
        KEYS.buy{ value: price }(bob);
    }

    function test_onlyTheOwnerSetsThePriceWithinItsRange() public {
        vm.expectRevert(abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, bob));
        vm.prank(bob);
        KEYS.setPrice(5);
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IDigitalKeys.DigitalKeysPriceInvalid.selector, 0));
        KEYS.setPrice(0);
        vm.expectRevert(abi.encodeWithSelector(IDigitalKeys.DigitalKeysPriceInvalid.selector, 1e12 + 1));
        KEYS.setPrice(1e12 + 1);
        vm.recordLogs();
        KEYS.setPrice(1e12);
        assertEq(vm.getRecordedLogs()[0].topics[0], IDigitalKeys.KeyPriceChanged.selector, "the event");
        assertEq(KEYS.microUsdPrice(), 1e12, "a million dollars");
        vm.stopPrank();
    }

    function test_anyWalletHoldsAndSendsABoughtKey() public {
        uint256 key = buyKey(alice);
        vm.prank(alice);
        KEYS.safeTransferFrom(alice, bob, key);
        assertEq(KEYS.ownerOf(key), bob, "sent");
        vm.prank(bob);
        KEYS.setApprovalForAll(stranger, true);
        vm.prank(stranger);
        KEYS.transferFrom(bob, alice, key);
        assertEq(KEYS.ownerOf(key), alice, "sent by an operator");
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, bob, key));
        vm.prank(bob);
        KEYS.transferFrom(alice, bob, key);
        assertTrue(KEYS.supportsInterface(type(IERC721).interfaceId), "ERC-721");
        assertTrue(KEYS.supportsInterface(type(IERC721Metadata).interfaceId), "with metadata");
        assertEq(keccak256(bytes(KEYS.symbol())), keccak256("NXQKEY"), "symbol");
    }

    function test_aTransferByAnOperatorSuspendsTheDeviceToo() public {
        uint32 id = activeDeviceOf("alice");
        uint256 key = DEVICES.device(id).key;
        vm.prank(alice);
        KEYS.approve(stranger, key);
        vm.prank(stranger);
        KEYS.safeTransferFrom(alice, stranger, key);
        assertStatus(id, DeviceStatus.Suspended, "suspended");
        assertEq(DEVICES.device(id).owner, stranger, "the new owner's");
    }

    function testFuzz_everyKeyHasANumberAndAnOwner(uint8[20] calldata holders) public {
        for (uint256 i = 0; i < holders.length; ++i) {
            address holder = address(uint160(0xE000 + uint256(holders[i] % 4)));
            assertEq(buyKey(holder), FOUNDING_KEYS + 1 + i, "numbers rise by one");
        }
        uint256 sum = KEYS.balanceOf(founder) + KEYS.balanceOf(secondFounder);
        for (uint256 i = 0; i < 4; ++i) {
            sum += KEYS.balanceOf(address(uint160(0xE000 + i)));
        }
        assertEq(sum, KEYS.totalSupply(), "each belongs to somebody");
        assertEq(TREASURY.fundOf(Fund.Network), holders.length * KEY_PRICE * PRICE, "and each was paid for");
    }
}
